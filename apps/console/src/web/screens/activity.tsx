import { Button, Group, NativeSelect, Skeleton, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { type ChangeFilter, useChanges } from '../data/changes';
import { useSpace } from '../data/space';
import { ago, bytes, moment } from '../format/format';
import { Problem } from '../ui/problem';
import { TriggerIcon } from '../ui/trigger-icon';

/** How far it goes back at first, and what further. */
const atFirst = 300;
const wider = 10;
const mostShown = 500;

/** What has happened in the workspace, newest first; new changes appear by themselves. */
export default function ActivityScreen() {
  const space = useSpace();
  const [filter, setFilter] = useState<ChangeFilter>({ panels: '', actor: '', triggeredBy: '' });
  const [revisions, setRevisions] = useState(atFirst);
  const wanted = useDeferredValue(filter);
  const { data, error, refetch, isFetching } = useChanges(space, wanted, revisions);
  const entries = data?.entries;
  const field = (name: keyof ChangeFilter) => ({
    value: filter[name],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      setFilter({ ...filter, [name]: event.currentTarget.value }),
  });
  return (
    <section aria-label="Activity">
      <div className="toolbar">
        <h1>Activity</h1>
      </div>
      <Group gap="sm" mb="md" align="end">
        <TextInput label="Panel" placeholder="any, or a pattern like lamp*" {...field('panels')} />
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
      </Group>
      {error && !data && (
        <Problem error={error} title="The activity could not be read" onRetry={() => void refetch()} />
      )}
      {!entries && !error && <Skeleton height={240} aria-label="Loading the activity" />}
      {entries?.length === 0 && <Text className="muted">No change fits.</Text>}
      {entries && entries.length > 0 && (
        <ul className="rows card" aria-label="Changes, newest first">
          {entries
            .slice(0, mostShown)
            .map(({ id, panelId, version, changeType, actor, triggeredBy, occurredAt, changeSizeBytes }) => (
              <li key={`${panelId} ${id}`} style={{ padding: '8px 16px' }}>
                <div className="row-line">
                  <TriggerIcon triggeredBy={triggeredBy} />
                  <b dir="auto">{actor}</b>
                  <span>{changeType}</span>
                  <Link
                    className="mono"
                    style={{ color: 'var(--nx-accent)' }}
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
              </li>
            ))}
        </ul>
      )}
      {data?.hasOlder && (
        <Button
          mt="md"
          variant="default"
          loading={isFetching}
          onClick={() => setRevisions(revisions * wider)}
        >
          Look further back
        </Button>
      )}
    </section>
  );
}
