import { Badge, NativeSelect, Skeleton, Text } from '@mantine/core';
import type { TurnItem, TurnState } from '@nexus-state/react';
import { useState } from 'react';
import { useDoors } from '../data/doors';
import { useWorkspace } from '../data/queries';
import { type Space, useSpace } from '../data/space';
import { useTurns } from '../data/turns';
import { ago, moment } from '../format/format';
import { NotFound } from '../shell/not-found';
import { TurnLink } from '../turns/origin';
import { TakeBackButton } from '../turns/take-back-button';
import { takeBackOf } from '../turns/take-back-of';
import { OlderOnes } from '../ui/older-ones';
import { Problem } from '../ui/problem';

/** The turns of agents: pieces of work that can be looked at, and taken back, as a whole. */
export default function TurnsScreen() {
  return useDoors().turns ? <Turns /> : <NotFound />;
}

function Turns() {
  const space = useSpace();
  const { data: workspace } = useWorkspace(space);
  const [state, setState] = useState<TurnState | ''>('');
  const list = useTurns(space, state === '' ? undefined : state);
  const { data: turns, error, refresh } = list;
  const mayWrite = workspace !== undefined && workspace.role !== 'viewer';
  return (
    <section aria-label="Turns">
      <div className="toolbar">
        <h1>Turns</h1>
        <span className="spacer" />
        <NativeSelect
          aria-label="Which turns"
          value={state}
          onChange={(event) => setState(event.currentTarget.value as TurnState | '')}
          data={[
            { value: '', label: 'all' },
            { value: 'open', label: 'open' },
            { value: 'committed', label: 'committed' },
            { value: 'aborted', label: 'aborted' },
            { value: 'expired', label: 'expired' },
          ]}
        />
      </div>
      <Text size="sm" className="muted" mb="md">
        A turn is a piece of work of an agent. Its changes can be taken back as a whole, and what others did
        meanwhile stays.
      </Text>
      {error && !turns && (
        <Problem error={error} title="The turns could not be read" onRetry={() => void refresh()} />
      )}
      {!turns && !error && <Skeleton height={160} aria-label="Loading the turns" />}
      {turns?.length === 0 && (
        <div className="card" style={{ padding: 24 }}>
          <Text fw={600}>{state === '' ? 'No turn yet' : 'No such turn'}</Text>
          <Text size="sm" className="muted">
            Agents begin turns over HTTP, gRPC or MCP.
          </Text>
        </div>
      )}
      {turns && turns.length > 0 && (
        <ul className="rows card" aria-label="Turns, newest first">
          {turns.map((turn) => (
            <TurnRow key={turn.turnId} space={space} turn={turn} mayWrite={mayWrite} />
          ))}
        </ul>
      )}
      <OlderOnes list={list} />
    </section>
  );
}

interface TurnRowProps {
  readonly space: Space;
  readonly turn: TurnItem;
  readonly mayWrite: boolean;
}

function TurnRow({ space, turn, mayWrite }: TurnRowProps) {
  const { turnId, agent, description, state, startedBy, startedAt, policy } = turn;
  return (
    <li>
      <div className="row-line">
        <TurnLink space={space} turnId={turnId} agent={agent} />
        <Badge variant="default" tt="none">
          {state}
        </Badge>
        <span className="spacer" />
        {mayWrite && state !== 'aborted' && (
          <TakeBackButton size="xs" space={space} label="Take this turn back" what={takeBackOf(turn)} />
        )}
      </div>
      {description && (
        <Text size="sm" dir="auto">
          {description}
        </Text>
      )}
      <div className="row-line muted" style={{ fontSize: 13, marginTop: 4 }}>
        <span dir="auto">begun by {startedBy}</span>
        <time dateTime={startedAt} title={moment(startedAt)}>
          {ago(startedAt)}
        </time>
        <span>collisions: {policy}</span>
      </div>
    </li>
  );
}
