import { Alert, Badge, Skeleton, Text } from '@mantine/core';
import type { ProposalWithPreview } from '@nexus-state/react';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useDoors } from '../data/doors';
import { operationsOf } from '../data/proposal-operations';
import { useProposal } from '../data/proposals';
import { useWorkspace } from '../data/queries';
import { type Space, useSpace } from '../data/space';
import { ago, moment } from '../format/format';
import { useSession } from '../session/context';
import { NotFound } from '../shell/not-found';
import { Problem } from '../ui/problem';
import { ProposalDecision, WithdrawButton } from './proposal-decision';
import { type Sides, ProposalPanel, conflictKey } from './proposal-panel';

/** One proposal: who wants what and why, what it comes to now, and the decision. */
export default function ProposalScreen() {
  const { proposal: proposalId = '' } = useParams({ strict: false });
  const space = useSpace();
  const doors = useDoors();
  const { data, error, refresh } = useProposal(space, proposalId);
  if (!doors.proposals) return <NotFound />;
  if (error && !data)
    return <Problem error={error} title="The proposal could not be read" onRetry={() => void refresh()} />;
  if (!data) return <Skeleton height={240} aria-label="Loading the proposal" />;
  return <ProposalView key={proposalId} space={space} proposal={data} />;
}

interface ProposalViewProps {
  readonly space: Space;
  readonly proposal: ProposalWithPreview;
}

function ProposalView({ space, proposal }: ProposalViewProps) {
  const { user } = useSession();
  const { data: workspace } = useWorkspace(space);
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const [sides, setSides] = useState<Sides>(new Map());
  const { proposalId, title, reason, state, changes, proposedBy, proposedAt, expiresAt, preview } = proposal;
  const isOpen = state === 'open';
  const isOwn = proposedBy === user;
  const mayDecide = isOpen && !isOwn && workspace !== undefined && workspace.role !== 'viewer';
  const operations = operationsOf(changes);
  const toggle = (number: number) => {
    const next = new Set(left);
    if (!next.delete(number)) next.add(number);
    setLeft(next);
  };
  const choose = (panelId: string, path: string, side: 'yours' | 'theirs') =>
    setSides(new Map(sides).set(conflictKey(panelId, path), side));
  return (
    <section aria-label={`Proposal ${title}`}>
      <div className="toolbar">
        <h1 dir="auto">{title}</h1>
        <Badge variant="default" tt="none">
          {state}
        </Badge>
        <span className="spacer" />
        <Link
          to="/w/$ws/proposals"
          params={{ ws: space.id }}
          search={{ owner: space.owner }}
          style={{ color: 'var(--nx-accent)' }}
        >
          All proposals
        </Link>
      </div>
      <Text size="sm" className="muted">
        Proposed by <b dir="auto">{proposedBy}</b> {ago(proposedAt)}.
        {isOpen && expiresAt && ` It expires on ${moment(expiresAt)}.`}
        {isOpen && !expiresAt && ' It waits without end.'}
      </Text>
      {reason && (
        <Text mt="xs" dir="auto" style={{ whiteSpace: 'pre-wrap' }}>
          {reason}
        </Text>
      )}
      {!isOpen && <Outcome proposal={proposal} />}
      {preview.panels.map((panel) => (
        <ProposalPanel
          key={panel.panelId}
          space={space}
          panel={panel}
          isOpen={isOpen}
          operations={operations.filter(({ panelId }) => panelId === panel.panelId)}
          left={left}
          sides={sides}
          onToggle={mayDecide ? toggle : undefined}
          onChoose={mayDecide ? choose : undefined}
        />
      ))}
      {mayDecide && (
        <ProposalDecision
          space={space}
          proposal={proposal}
          count={operations.length}
          left={left}
          sides={sides}
        />
      )}
      {isOpen && isOwn && (
        <Alert variant="default" title="Somebody else decides" mt="md">
          You proposed this, and nobody decides on their own proposal. You can take it back.
          <WithdrawButton space={space} proposalId={proposalId} />
        </Alert>
      )}
      {isOpen && !isOwn && workspace?.role === 'viewer' && (
        <Text className="muted" mt="md">
          Deciding needs the role of an editor. You are a viewer.
        </Text>
      )}
    </section>
  );
}

function Outcome({ proposal: { state, closedBy, closedAt, comment } }: Omit<ProposalViewProps, 'space'>) {
  return (
    <Alert variant="default" mt="md" title={`This proposal is ${state}`}>
      {closedBy && (
        <>
          By <b dir="auto">{closedBy}</b>{' '}
        </>
      )}
      {closedAt && moment(closedAt)}
      {comment && (
        <Text mt="xs" dir="auto" style={{ whiteSpace: 'pre-wrap' }}>
          {comment}
        </Text>
      )}
    </Alert>
  );
}
