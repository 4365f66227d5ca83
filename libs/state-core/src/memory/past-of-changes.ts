import { type JsonObject, JsonText } from '@nexus-state/documents';
import { rebuildStart, withinPageBytes } from '../panels/history';
import {
  type HistoryEntry,
  type HistoryPage,
  type HistoryQuery,
  type PastPanel,
  type RebuildSource,
  passesFilter,
} from '../panels/ports';

/** The newest of some changes for each panel that they do not leave deleted, by panel id. */
export function newestOf(changes: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const newest = new Map(changes.map((change) => [change.key.panelId, change]));
  return [...newest.values()]
    .filter(({ changeType }) => changeType !== 'deleted')
    .sort((a, b) => (a.key.panelId < b.key.panelId ? -1 : 1));
}

/** A panel as a change left it. */
export function pastPanel(
  { key, version, occurredAt, checksum }: HistoryEntry,
  stateSizeBytes: number | undefined,
): PastPanel {
  return { panelId: key.panelId, version, updatedAt: occurredAt, checksum, stateSizeBytes };
}

/**
 * What a version is rebuilt from.
 * @param changes all changes of the panel, oldest first
 * @param state the full copy that the rebuilding begins with, where there is one
 */
export function rebuildSourceOf(
  changes: readonly HistoryEntry[],
  version: number,
  state: JsonObject | undefined,
): RebuildSource | undefined {
  const start = rebuildStart(version);
  const steps = changes.filter((step) => step.version >= start && step.version <= version);
  const last = steps.at(-1);
  if (last?.version !== version) return undefined;
  return {
    copy: state && { version: start, state: new JsonText(JSON.stringify(state)) },
    steps: (state ? steps.slice(1) : steps).map((step) => ({
      version: step.version,
      changeType: step.changeType,
      patch: new JsonText(JSON.stringify(step.patch)),
      checksum: step.checksum,
    })),
    occurredAt: last.occurredAt,
    deleted: last.changeType === 'deleted',
  };
}

/** A page of a panel's history. @param changes all changes of the panel, oldest first */
export function historyPageOf(
  changes: readonly HistoryEntry[],
  { upTo = Infinity, since, until, filter = {}, limit, offset }: HistoryQuery,
): HistoryPage {
  const matching = changes
    .filter(({ version }) => version <= upTo)
    .filter(({ occurredAt }) => since === undefined || Date.parse(occurredAt) >= Date.parse(since))
    .filter(({ occurredAt }) => until === undefined || Date.parse(occurredAt) <= Date.parse(until))
    .filter((entry) => passesFilter(entry, filter))
    .reverse();
  return { totalChanges: matching.length, entries: pageOf(matching.slice(offset, offset + limit)) };
}

/** As many of some changes as fit a page. */
export function pageOf(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  return withinPageBytes(entries, ({ changeSizeBytes }) => changeSizeBytes);
}
