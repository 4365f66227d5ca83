import { Button, NativeSelect, Skeleton, Text, TextInput } from '@mantine/core';
import type { FeedEntry } from '@nexus-state/react';
import { Link } from '@tanstack/react-router';
import { Bot } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { type ChangeFilter, isInSpan, undoOf } from '../data/change-filter';
import { useChanges } from '../data/changes';
import { useDoors } from '../data/doors';
import { useWorkspace } from '../data/queries';
import { type Space, useSpace } from '../data/space';
import { useChangeFilter } from '../data/use-change-filter';
import { ago, bytes, moment } from '../format/format';
import { OriginLine } from '../turns/origin';
import { TakeBackButton } from '../turns/take-back-button';
import { Problem } from '../ui/problem';
import { TriggerIcon } from '../ui/trigger-icon';

/** How far it goes back at first, and what further. */
const atFirst = 300;
const wider = 10;
const mostShown = 500;

/** What has happened in the workspace, newest first; new changes appear by themselves. */
export default function ActivityScreen() {
  const space = useSpace();
  const [filter, change] = useChangeFilter(space);
  const doors = useDoors();
  const [revisions, setRevisions] = useState(atFirst);
  const wanted = useDeferredValue(filter);
  const { data, error, refresh, loading } = useChanges(space, wanted, revisions);
  const entries = useMemo(
    () => data?.entries.filter((entry) => isInSpan(wanted, entry)),
    [data?.entries, wanted],
  );
  return (
    <section aria-label="Activity">
      <div className="toolbar">
        <h1>Activity</h1>
        <span className="spacer" />
        <TakeBackShown space={space} filter={filter} />
        {doors.turns && (
          <Button
            size="sm"
            variant="default"
            leftSection={<Bot size={16} aria-hidden />}
            renderRoot={(props) => (
              <Link
                {...props}
                to="/w/$ws/activity/turns"
                params={{ ws: space.id }}
                search={{ owner: space.owner }}
              />
            )}
          >
            Turns of agents
          </Button>
        )}
      </div>
      <Filters filter={filter} onChange={change} />
      {error && !data && (
        <Problem error={error} title="The activity could not be read" onRetry={() => void refresh()} />
      )}
      {!entries && !error && <Skeleton height={240} aria-label="Loading the activity" />}
      {entries?.length === 0 && <Text className="muted">No change fits.</Text>}
      {entries && entries.length > 0 && (
        <ul className="rows card" aria-label="Changes, newest first">
          {entries.slice(0, mostShown).map((entry) => (
            <ChangeRow key={`${entry.panelId} ${entry.id}`} space={space} entry={entry} />
          ))}
        </ul>
      )}
      {data?.hasOlder && (
        <Button mt="md" variant="default" loading={loading} onClick={() => setRevisions(revisions * wider)}>
          Look further back
        </Button>
      )}
    </section>
  );
}

interface FiltersProps {
  readonly filter: ChangeFilter;
  readonly onChange: (name: keyof ChangeFilter, value: string) => void;
}

function Filters({ filter, onChange }: FiltersProps) {
  const field = (name: keyof ChangeFilter) => ({
    value: filter[name] ?? '',
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      onChange(name, event.currentTarget.value),
  });
  return (
    <div className="filters">
      <TextInput label="Panel" placeholder="any, or lamp*" {...field('panels')} />
      <TextInput label="Actor" placeholder="anybody" {...field('actor')} />
      <NativeSelect
        label="Trigger"
        data={[
          { value: '', label: 'any' },
          { value: 'user', label: 'a person' },
          { value: 'ai', label: 'AI' },
          { value: 'system', label: 'the system' },
        ]}
        {...field('triggeredBy')}
      />
      <TextInput label="Model" placeholder="any" {...field('model')} />
      <TextInput label="Since" type="datetime-local" step={1} {...field('since')} />
      <TextInput label="Until" type="datetime-local" step={1} {...field('until')} />
    </div>
  );
}

/** Takes back what the filter names, where it names enough. */
function TakeBackShown({ space, filter }: { readonly space: Space; readonly filter: ChangeFilter }) {
  const doors = useDoors();
  const { data: workspace } = useWorkspace(space);
  const what = undoOf(filter);
  if (!doors.turns || workspace === undefined || workspace.role === 'viewer') return null;
  if (!what)
    return (
      <Text size="sm" className="muted only-wide">
        {filter.model
          ? 'Changes of a model are taken back by their turn.'
          : 'Choose an actor, a trigger or a time to take changes back.'}
      </Text>
    );
  return <TakeBackButton space={space} label="Take these changes back" what={what} />;
}

function ChangeRow({ space, entry }: { readonly space: Space; readonly entry: FeedEntry }) {
  const { panelId, version, changeType, actor, triggeredBy, occurredAt, changeSizeBytes } = entry;
  return (
    <li style={{ padding: '8px 16px' }}>
      <div className="row-line">
        <TriggerIcon triggeredBy={triggeredBy} />
        <b dir="auto">{actor}</b>
        <span>{changeType}</span>
        <Link
          className="mono link"
          to="/w/$ws/$panel/history"
          params={{ ws: space.id, panel: panelId }}
          search={{ owner: space.owner, version }}
        >
          {panelId}
        </Link>
        <span className="spacer" />
        <span className="muted" style={{ fontSize: 13 }}>
          version {version} · {bytes(changeSizeBytes)} ·{' '}
          <time dateTime={occurredAt} title={moment(occurredAt)}>
            {ago(occurredAt)}
          </time>
        </span>
      </div>
      <OriginLine space={space} entry={entry} />
    </li>
  );
}
