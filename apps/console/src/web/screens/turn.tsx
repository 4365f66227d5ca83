import { Badge, Skeleton, Text } from '@mantine/core';
import type { TurnChanges, TurnItem } from '@nexus-state/react';
import { Link, useParams } from '@tanstack/react-router';
import { useDoors } from '../data/doors';
import { useWorkspace } from '../data/queries';
import { type Space, useSpace } from '../data/space';
import { useTurn } from '../data/turns';
import { ago, count, moment } from '../format/format';
import { NotFound } from '../shell/not-found';
import { TakeBackButton } from '../turns/take-back-button';
import { takeBackOf } from '../turns/take-back-of';
import { PatchList } from '../ui/patch-list';
import { Problem } from '../ui/problem';
import { TriggerIcon } from '../ui/trigger-icon';

/** One turn: what its agent changed, and what others changed under it. */
export default function TurnScreen() {
  const { turn: turnId = '' } = useParams({ strict: false });
  const space = useSpace();
  const doors = useDoors();
  const { data, error, refresh } = useTurn(space, turnId);
  if (!doors.turns) return <NotFound />;
  if (error && !data)
    return <Problem error={error} title="The turn could not be read" onRetry={() => void refresh()} />;
  if (!data) return <Skeleton height={240} aria-label="Loading the turn" />;
  return <TurnView space={space} turn={data} />;
}

function TurnView({ space, turn }: { readonly space: Space; readonly turn: TurnItem & TurnChanges }) {
  const { data: workspace } = useWorkspace(space);
  const { agent, description, state, startedBy, startedAt, endedAt, policy, panels } = turn;
  const { changes, underneath } = turn;
  const mayTakeBack =
    workspace !== undefined && workspace.role !== 'viewer' && state !== 'aborted' && changes.length > 0;
  return (
    <section aria-label={`Turn of ${agent}`}>
      <div className="toolbar">
        <h1 dir="auto">Turn of {agent}</h1>
        <Badge variant="default" tt="none">
          {state}
        </Badge>
        <span className="spacer" />
        <Link
          className="link"
          to="/w/$ws/activity/turns"
          params={{ ws: space.id }}
          search={{ owner: space.owner }}
        >
          All turns
        </Link>
        {mayTakeBack && <TakeBackButton space={space} label="Take this turn back" what={takeBackOf(turn)} />}
      </div>
      {description && (
        <Text mb="xs" dir="auto">
          {description}
        </Text>
      )}
      <Text size="sm" className="muted" mb="md">
        Begun by <b dir="auto">{startedBy}</b>{' '}
        <time dateTime={startedAt} title={moment(startedAt)}>
          {ago(startedAt)}
        </time>
        {endedAt && <>, ended {ago(endedAt)}</>}. It may change {panels ? panels.join(', ') : 'all panels'}.{' '}
        {policyTexts[policy]}
      </Text>
      <h2 className="section-title">{count(changes.length, 'change')}</h2>
      {changes.length === 0 && <Text className="muted">Nothing was changed in it.</Text>}
      {changes.map(({ panelId, version, patch }) => (
        <section
          key={`${panelId} ${version}`}
          aria-label={`Version ${version} of ${panelId}`}
          style={{ marginBottom: 12 }}
        >
          <VersionLink space={space} panelId={panelId} version={version} />
          <PatchList patch={patch} />
        </section>
      ))}
      {underneath.length > 0 && <h2 className="section-title">What others changed meanwhile</h2>}
      {underneath.map(({ panelId, version, actor, triggeredBy, patch }) => (
        <section
          key={`${panelId} ${version}`}
          aria-label={`Version ${version} of ${panelId}, by ${actor}`}
          style={{ marginBottom: 12 }}
        >
          <div className="row-line">
            <VersionLink space={space} panelId={panelId} version={version} />
            <TriggerIcon triggeredBy={triggeredBy} />
            <b dir="auto">{actor}</b>
          </div>
          <PatchList patch={patch} />
        </section>
      ))}
    </section>
  );
}

const policyTexts = {
  merge: 'What collides with a change by somebody else is refused.',
  'human-wins': 'Where it collides with a change by a person, the value of the person stays.',
  propose: 'What collides with a change by a person becomes a proposal.',
} as const;

interface VersionLinkProps {
  readonly space: Space;
  readonly panelId: string;
  readonly version: number;
}

function VersionLink({ space, panelId, version }: VersionLinkProps) {
  return (
    <Link
      className="mono link"
      to="/w/$ws/$panel/history"
      params={{ ws: space.id, panel: panelId }}
      search={{ owner: space.owner, version }}
    >
      {panelId}, version {version}
    </Link>
  );
}
