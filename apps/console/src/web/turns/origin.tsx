import type { Attribution } from '@nexus-state/react';
import { Link } from '@tanstack/react-router';
import { Bot, GitPullRequest } from 'lucide-react';
import type { ReactElement } from 'react';
import { useWorkspace } from '../data/queries';
import { useTurn } from '../data/turns';
import type { Space } from '../data/space';
import { TakeBackButton } from './take-back-button';
import { takeBackOf } from './take-back-of';

interface OriginProps {
  readonly space: Space;
  /** A change, or the value that it set. */
  readonly entry: Attribution;
}

interface FactsProps extends OriginProps {
  readonly entry: Attribution & { readonly triggerSource: string | null };
}

/** A share as people read it, such as `80 %`. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** In a list: which turn and proposal a change belongs to, and why it was made. Nothing where nobody said so. */
export function OriginLine({ space, entry }: OriginProps) {
  const { turnId, proposalId, provenance } = entry;
  if (!turnId && !proposalId && !provenance) return null;
  return (
    <div className="row-line muted origin-line">
      {turnId && <TurnLink space={space} turnId={turnId} />}
      {proposalId && <ProposalLink space={space} proposalId={proposalId} />}
      {provenance?.model && <span className="mono">{provenance.model}</span>}
      {provenance?.confidence !== undefined && <span>{percent(provenance.confidence)} sure</span>}
      {provenance?.reason && <q dir="auto">{provenance.reason}</q>}
    </div>
  );
}

/** All that is known of where a change comes from. */
export function OriginFacts({ space, entry }: FactsProps) {
  const { turnId, proposalId, approvedBy, provenance = {}, triggerSource } = entry;
  const { reason, model, confidence, onBehalfOf, toolCalls = [], links = [] } = provenance;
  const facts: readonly (readonly [string, ReactElement | string | false | null | undefined])[] = [
    ['Turn', turnId && <TurnFacts space={space} turnId={turnId} />],
    ['Reason', reason && <q dir="auto">{reason}</q>],
    ['Model', model && <span className="mono">{model}</span>],
    ['Confidence', confidence === undefined ? undefined : percent(confidence)],
    ['On behalf of', onBehalfOf && <span dir="auto">{onBehalfOf}</span>],
    [
      'Tools',
      toolCalls.length > 0 && <span className="mono">{toolCalls.map(({ name }) => name).join(', ')}</span>,
    ],
    ['Links', links.length > 0 && <Links links={links} />],
    ['Proposal', proposalId && <ProposalLink space={space} proposalId={proposalId} />],
    ['Approved by', approvedBy && <span dir="auto">{approvedBy}</span>],
    ['Triggered by', triggerSource && <span className="mono">{triggerSource}</span>],
  ];
  const known = facts.filter(([, value]) => value);
  if (known.length === 0) return null;
  return (
    <dl className="facts card" aria-label="Where the change comes from">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Only what leads to the web is a link: a URL may be a script, too. */
function Links({ links }: { readonly links: readonly string[] }) {
  return links.map((link) => (
    <div key={link}>
      {/^https?:\/\//i.test(link) ? (
        <a className="link" href={link} rel="noreferrer noopener" target="_blank">
          {link}
        </a>
      ) : (
        <span className="mono">{link}</span>
      )}
    </div>
  ));
}

function TurnFacts({ space, turnId }: { readonly space: Space; readonly turnId: string }) {
  const { data: turn } = useTurn(space, turnId);
  const { data: workspace } = useWorkspace(space);
  const mayTakeBack =
    workspace !== undefined && workspace.role !== 'viewer' && turn && turn.state !== 'aborted';
  return (
    <div className="row-line">
      <TurnLink space={space} turnId={turnId} agent={turn?.agent} />
      {turn?.description && <span dir="auto">{turn.description}</span>}
      {mayTakeBack && (
        <TakeBackButton size="compact-xs" space={space} label="Take this turn back" what={takeBackOf(turn)} />
      )}
    </div>
  );
}

interface TurnLinkProps {
  readonly space: Space;
  readonly turnId: string;
  readonly agent?: string | undefined;
}

/** Leads to a turn. */
export function TurnLink({ space, turnId, agent }: TurnLinkProps) {
  return (
    <Link
      className="link icon-link"
      to="/w/$ws/activity/turns/$turn"
      params={{ ws: space.id, turn: turnId }}
      search={{ owner: space.owner }}
    >
      <Bot size={14} aria-hidden /> {agent ? `turn of ${agent}` : 'turn'}
    </Link>
  );
}

function ProposalLink({ space, proposalId }: { readonly space: Space; readonly proposalId: string }) {
  return (
    <Link
      className="link icon-link"
      to="/w/$ws/proposals/$proposal"
      params={{ ws: space.id, proposal: proposalId }}
      search={{ owner: space.owner }}
    >
      <GitPullRequest size={14} aria-hidden /> proposal
    </Link>
  );
}
