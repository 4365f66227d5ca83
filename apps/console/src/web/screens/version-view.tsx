import { NativeSelect, Skeleton, Text } from '@mantine/core';
import { type HistoryEntry, NotFoundError, useBlame } from '@nexus-state/react';
import { useState } from 'react';
import { usePast } from '../data/queries';
import type { Space } from '../data/space';
import { JsonDiff, JsonEditor } from '../editor/lazy';
import { ago, jsonText } from '../format/format';
import { OriginLine } from '../turns/origin';
import { PatchList } from '../ui/patch-list';
import { Problem } from '../ui/problem';
import { TriggerIcon } from '../ui/trigger-icon';

export type PastView = 'state' | 'change' | 'compare' | 'blame';

interface VersionViewProps {
  readonly space: Space;
  readonly panelId: string;
  readonly entry: HistoryEntry;
  readonly newest: number;
  readonly view: PastView;
}

/** A version in one of four ways: its state, what made it, what differs from another, and who wrote each value. */
export function VersionView({ space, panelId, entry, newest, view }: VersionViewProps) {
  if (view === 'change') return <Change space={space} panelId={panelId} entry={entry} />;
  if (view === 'compare')
    return <Compare space={space} panelId={panelId} version={entry.version} newest={newest} />;
  if (view === 'blame') return <BlameView space={space} panelId={panelId} version={entry.version} />;
  return <PastState space={space} panelId={panelId} version={entry.version} />;
}

interface PastProps {
  readonly space: Space;
  readonly panelId: string;
  readonly version: number;
}

/** A version at which the panel was deleted has no state. */
const stateText = (state: unknown, error: unknown) =>
  state === undefined ? (error instanceof NotFoundError ? '' : undefined) : jsonText(state);

function PastState({ space, panelId, version }: PastProps) {
  const { data, error, refresh } = usePast(space, panelId, { version });
  if (error instanceof NotFoundError) return <Text className="muted">The panel was deleted here.</Text>;
  if (error)
    return <Problem error={error} title="This state could not be read" onRetry={() => void refresh()} />;
  if (!data) return <Skeleton height={240} aria-label="Loading the state" />;
  return <JsonEditor label={`State at version ${version}`} text={jsonText(data.state)} readOnly />;
}

function Change({ space, panelId, entry }: Omit<VersionViewProps, 'newest' | 'view'>) {
  const before = usePast(space, panelId, { version: entry.previousVersion });
  const after = usePast(space, panelId, { version: entry.version });
  const from = entry.previousVersion === 0 ? '' : stateText(before.data?.state, before.error);
  const to = stateText(after.data?.state, after.error);
  return (
    <>
      {from !== undefined && to !== undefined ? (
        <JsonDiff before={from} after={to} beforeLabel="Before the change" afterLabel="After the change" />
      ) : (
        <Skeleton height={200} aria-label="Loading the change" />
      )}
      <Text size="sm" fw={600} mt="md" mb={4}>
        As a patch
      </Text>
      <PatchList patch={entry.patch} />
    </>
  );
}

function Compare({ space, panelId, version, newest }: PastProps & { readonly newest: number }) {
  const [other, setOther] = useState(newest);
  const mine = usePast(space, panelId, { version });
  const theirs = usePast(space, panelId, { version: other });
  const error = mine.error ?? theirs.error;
  const from = stateText(mine.data?.state, mine.error);
  const to = stateText(theirs.data?.state, theirs.error);
  const versions = Array.from({ length: newest }, (_, index) => String(newest - index));
  return (
    <>
      <NativeSelect
        mb="sm"
        w={200}
        label="Compare with version"
        value={String(other)}
        onChange={(event) => setOther(Number(event.currentTarget.value))}
        data={versions}
      />
      {error && !(error instanceof NotFoundError) ? (
        <Problem error={error} title="The versions could not be read" />
      ) : from === undefined || to === undefined ? (
        <Skeleton height={200} aria-label="Loading the comparison" />
      ) : from === to ? (
        <Text className="muted">Both versions hold the same.</Text>
      ) : (
        <JsonDiff
          before={from}
          after={to}
          beforeLabel={`Version ${version}`}
          afterLabel={`Version ${other}`}
        />
      )}
    </>
  );
}

function BlameView({ space, panelId, version }: PastProps) {
  const { data, error, refresh } = useBlame(space.id, panelId, { owner: space.owner, version });
  if (error)
    return <Problem error={error} title="This could not be found out" onRetry={() => void refresh()} />;
  if (!data) return <Skeleton height={200} aria-label="Loading who wrote it" />;
  return (
    <ul className="rows card" aria-label="Who wrote each value">
      {data.values.map(({ pointer, version: since, actor, triggeredBy, occurredAt, ...origin }) => (
        <li key={pointer} style={{ padding: '8px 12px' }}>
          <div className="row-line">
            <span className="mono">{pointer || '/'}</span>
            <span className="spacer" />
            <TriggerIcon triggeredBy={triggeredBy} />
            <b dir="auto">{actor}</b>
            <span className="muted">
              version {since}, {ago(occurredAt)}
            </span>
          </div>
          <OriginLine space={space} entry={origin} />
        </li>
      ))}
    </ul>
  );
}
