import { Badge, NativeSelect, Skeleton, Text } from '@mantine/core';
import type { Proposal, ProposalState } from '@nexus-state/react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useDoors } from '../data/doors';
import { operationsOf } from '../data/proposal-operations';
import { useProposals } from '../data/proposals';
import { type Space, useSpace } from '../data/space';
import { ago, count, moment } from '../format/format';
import { NotFound } from '../shell/not-found';
import { OlderOnes } from '../ui/older-ones';
import { Problem } from '../ui/problem';
import { TriggerIcon } from '../ui/trigger-icon';

/** The changes of the workspace that wait for a person, and those that did. */
export default function ProposalsScreen() {
  return useDoors().proposals ? <Proposals /> : <NotFound />;
}

function Proposals() {
  const space = useSpace();
  const [state, setState] = useState<ProposalState | ''>('open');
  const list = useProposals(space, state === '' ? undefined : state);
  const { data: proposals, error, refresh } = list;
  return (
    <section aria-label="Proposals">
      <div className="toolbar">
        <h1>Proposals</h1>
        <span className="spacer" />
        <Link
          className="link"
          to="/w/$ws/proposals/rules"
          params={{ ws: space.id }}
          search={{ owner: space.owner }}
        >
          Approval rules
        </Link>
        <NativeSelect
          aria-label="Which proposals"
          value={state}
          onChange={(event) => setState(event.currentTarget.value as ProposalState | '')}
          data={[
            { value: 'open', label: 'open' },
            { value: 'approved', label: 'approved' },
            { value: 'rejected', label: 'rejected' },
            { value: 'withdrawn', label: 'withdrawn' },
            { value: 'expired', label: 'expired' },
            { value: '', label: 'all' },
          ]}
        />
      </div>
      {error && !proposals && (
        <Problem error={error} title="The proposals could not be read" onRetry={() => void refresh()} />
      )}
      {!proposals && !error && <Skeleton height={160} aria-label="Loading the proposals" />}
      {proposals?.length === 0 && (
        <div className="card" style={{ padding: 24 }}>
          <Text fw={600}>{state === 'open' ? 'Nothing waits for approval' : 'No such proposal'}</Text>
          <Text size="sm" className="muted">
            A proposal is a change that somebody has to approve. Agents and programs make them, and the
            approval rules of the workspace.
          </Text>
        </div>
      )}
      {proposals && proposals.length > 0 && (
        <ul className="rows card" aria-label="Proposals, newest first">
          {proposals.map((proposal) => (
            <ProposalRow key={proposal.proposalId} space={space} proposal={proposal} />
          ))}
        </ul>
      )}
      <OlderOnes list={list} />
    </section>
  );
}

function ProposalRow({ space, proposal }: { readonly space: Space; readonly proposal: Proposal }) {
  const { proposalId, title, state, changes, proposedBy, triggeredBy, proposedAt, expiresAt } = proposal;
  return (
    <li>
      <div className="row-line">
        <Link
          to="/w/$ws/proposals/$proposal"
          params={{ ws: space.id, proposal: proposalId }}
          search={{ owner: space.owner }}
          style={{ color: 'var(--nx-accent)', fontWeight: 600, overflowWrap: 'anywhere' }}
          dir="auto"
        >
          {title}
        </Link>
        <span className="spacer" />
        <Badge variant="default" tt="none">
          {state}
        </Badge>
      </div>
      <div className="row-line muted" style={{ fontSize: 13, marginTop: 4 }}>
        <TriggerIcon triggeredBy={triggeredBy} />
        <span dir="auto">by {proposedBy}</span>
        <time dateTime={proposedAt} title={moment(proposedAt)}>
          {ago(proposedAt)}
        </time>
        <span>{count(operationsOf(changes).length, 'operation')}</span>
        {state === 'open' && expiresAt && <span>expires {moment(expiresAt)}</span>}
      </div>
    </li>
  );
}
