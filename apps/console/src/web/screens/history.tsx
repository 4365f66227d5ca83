import { Button, Group, SegmentedControl, Skeleton, Slider, Text } from '@mantine/core';
import '../ui/segmented-styles';
import '@mantine/core/styles/Slider.css';
import type { HistoryEntry } from '@nexus-state/react';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useHistory, useWorkspace } from '../data/queries';
import { useSpace } from '../data/space';
import { bytes, moment } from '../format/format';
import { isTyping } from '../shell/root-layout';
import { Problem } from '../ui/problem';
import { Region } from '../ui/region';
import { TriggerIcon } from '../ui/trigger-icon';
import { OriginFacts } from '../turns/origin';
import { RevertButton } from './revert-button';
import { type PastView, VersionView } from './version-view';

const rowHeight = 62;

/** The versions of a panel: its state at each, what made it, and the way back. */
export default function HistoryScreen() {
  const { panel = '' } = useParams({ strict: false });
  const space = useSpace();
  const navigate = useNavigate();
  const { version: asked } = useSearch({ strict: false });
  const { data: workspace } = useWorkspace(space);
  const { data, error, refresh, hasMore, loadMore, loading } = useHistory(space, panel);
  const [view, setView] = useState<PastView>('state');
  const entries = data ?? [];
  const newest = entries[0]?.version ?? 0;
  const version = asked === undefined ? newest : Math.min(Math.max(asked, 1), newest);
  const entry = entries.find((one) => one.version === version);

  const go = useCallback(
    (to: number) =>
      void navigate({
        to: '/w/$ws/$panel/history',
        params: { ws: space.id, panel },
        search: { owner: space.owner, version: to },
        replace: true,
      }),
    [navigate, space, panel],
  );
  useArrowKeys(version, newest, go);
  // The slider may go where the list has not been read to.
  useEffect(() => {
    if (newest > 0 && !entry && hasMore && !loading) void loadMore();
  }, [newest, entry, hasMore, loading, loadMore]);

  if (error && !data)
    return <Problem error={error} title="The history could not be read" onRetry={() => void refresh()} />;
  if (!data) return <Skeleton height={320} aria-label="Loading the history" />;
  const spoken = entry
    ? `version ${version}, ${entry.changeType} by ${entry.actor}, ${moment(entry.occurredAt)}`
    : `version ${version}`;

  return (
    <section aria-label={`History of ${panel}`}>
      <div className="toolbar">
        <h1>
          History of <span className="mono">{panel}</span>
        </h1>
        <span className="spacer" />
        <Button
          size="sm"
          variant="default"
          renderRoot={(props) => (
            <Link
              {...props}
              to="/w/$ws/$panel"
              params={{ ws: space.id, panel }}
              search={{ owner: space.owner }}
            />
          )}
        >
          Back to now
        </Button>
        {workspace?.role !== 'viewer' && entry && version !== newest && (
          <RevertButton space={space} panelId={panel} version={version} newest={newest} />
        )}
      </div>
      <Group gap="sm" wrap="nowrap" mb="md">
        <Button
          variant="default"
          size="sm"
          px={8}
          aria-label="Older version"
          disabled={version <= 1}
          onClick={() => go(version - 1)}
        >
          <ChevronLeft size={18} aria-hidden />
        </Button>
        <Slider
          flex={1}
          min={1}
          max={Math.max(newest, 2)}
          disabled={newest < 2}
          value={version}
          onChange={go}
          label={(value) => `version ${value}`}
          thumbProps={{ 'aria-label': 'Version', 'aria-valuetext': spoken } as never}
          thumbLabel="Version"
        />
        <Button
          variant="default"
          size="sm"
          px={8}
          aria-label="Newer version"
          disabled={version >= newest}
          onClick={() => go(version + 1)}
        >
          <ChevronRight size={18} aria-hidden />
        </Button>
      </Group>
      <div className="history-grid">
        <Region name="The timeline">
          <Timeline
            entries={entries}
            version={version}
            onChoose={go}
            onEnd={() => hasMore && !loading && void loadMore()}
          />
        </Region>
        <div style={{ minWidth: 0 }}>
          <Group justify="space-between" mb="xs">
            <Text fw={650}>Version {version}</Text>
            <SegmentedControl
              size="xs"
              aria-label="What to show"
              value={view}
              onChange={(next) => setView(next as PastView)}
              data={[
                { value: 'state', label: 'State' },
                { value: 'change', label: 'Change' },
                { value: 'compare', label: 'Compare' },
                { value: 'blame', label: 'Who wrote it' },
              ]}
            />
          </Group>
          <Region name="This version" resetKey={`${version} ${view}`}>
            {entry && <OriginFacts space={space} entry={entry} />}
            {entry && <VersionView space={space} panelId={panel} entry={entry} newest={newest} view={view} />}
          </Region>
        </div>
      </div>
    </section>
  );
}

function useArrowKeys(version: number, newest: number, go: (version: number) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isElsewhere =
        isTyping(event.target) ||
        (event.target as HTMLElement | null)?.closest('[role=slider], [role=radiogroup], input');
      if (event.ctrlKey || event.metaKey || event.altKey || isElsewhere) return;
      const to = version + ({ ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0);
      if (to !== version && to >= 1 && to <= newest) go(to);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [version, newest, go]);
}

interface TimelineProps {
  readonly entries: readonly HistoryEntry[];
  readonly version: number;
  readonly onChoose: (version: number) => void;
  readonly onEnd: () => void;
}

function Timeline({ entries, version, onChoose, onEnd }: TimelineProps) {
  const place = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const items = rows.getVirtualItems();
  const isAtEnd = (items.at(-1)?.index ?? 0) >= entries.length - 1;
  useEffect(() => {
    if (isAtEnd) onEnd();
  }, [isAtEnd, onEnd]);
  const index = entries.findIndex((entry) => entry.version === version);
  useEffect(() => {
    if (index >= 0) rows.scrollToIndex(index, { align: 'auto' });
  }, [index, rows]);

  return (
    <div className="card timeline" ref={place} role="group" aria-label="Versions">
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {items.map(({ index: row, start }) => {
          const entry = entries[row];
          return entry ? (
            <button
              key={entry.id}
              type="button"
              aria-current={entry.version === version}
              data-turn={entry.turnId !== undefined}
              style={{ position: 'absolute', top: start, left: 0, right: 0, height: rowHeight }}
              onClick={() => onChoose(entry.version)}
            >
              <span className="row-line" style={{ flexWrap: 'nowrap' }}>
                <TriggerIcon triggeredBy={entry.triggeredBy} />
                <b>{entry.version}</b>
                <span
                  dir="auto"
                  style={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
                >
                  {entry.changeType} by {entry.actor}
                </span>
              </span>
              <span className="muted" style={{ fontSize: 12 }}>
                {moment(entry.occurredAt)} · {bytes(entry.changeSizeBytes)}
                {entry.turnId && ' · in a turn'}
              </span>
            </button>
          ) : null;
        })}
      </div>
    </div>
  );
}
