import type { JsonObject } from '@nexus-state/documents';
import { FairTurns } from '../concurrency';
import { BlameTooExpensive, PanelNotFound, PathNotFound } from '../errors';
import {
  type ValueOrigin,
  fullCopyInterval,
  leafPointers,
  mayReach,
  rebuildState,
  valueOrigins,
} from './history';
import type { LargeWork } from './large';
import { type PanelKey, bringsIntoBeing, isLarge, operationsOf, patchTextOf } from './model';
import type { HistoryEntry } from './ports';
import { type HistoryPorts, parsedSource, pastContent, sourceLength, sourceTexts } from './read-version';

/** Which values of which panel to attribute. */
export interface BlamePanel {
  readonly key: PanelKey;
  /** The version whose values are meant; undefined for the newest. */
  readonly version?: number | undefined;
  /** A JSON Pointer (RFC 6901) to the values that are asked for; undefined for all. */
  readonly path?: string | undefined;
}

/** A value, and the change that last set it. */
export interface BlamedValue extends Pick<
  HistoryEntry,
  'version' | 'actor' | 'triggeredBy' | 'occurredAt' | 'about'
> {
  /** JSON Pointer to the value: a scalar, or an array or object without anything inside. */
  readonly pointer: string;
}

/** The values of a panel at a version, in the order of the state. */
export interface Blame {
  readonly version: number;
  readonly values: readonly BlamedValue[];
}

/** How many values are attributed at once, and how many changes are read for it. */
export const blameLimits = { values: 10_000, changes: 50_000 };

/** How many changes are read at once, at most. */
const mostChanges = 8 * fullCopyInterval;

/** What is traced in one turn of the event loop, at most; more is large work. */
const fewest = { operations: 500, values: 500 };

/** A value that is not attributed: where it is in the answer, and where it was before the changes read so far. */
interface Open {
  readonly index: number;
  readonly pointer: string;
}

/**
 * Finds the change that last set each value of a panel. Reads history backwards, and ends as soon as every value is attributed.
 * @throws PanelNotFound, VersionNotFound as `readVersion` does
 * @throws PathNotFound when there is nothing at the path
 * @throws BlameTooExpensive when there are too many values, or one was set too many changes ago
 */
export async function blamePanel(
  { key, version: wanted, path = '' }: BlamePanel,
  ports: HistoryPorts,
): Promise<Blame> {
  const version = wanted ?? (await newestVersion(key, ports));
  const pointers = await pointersTo(path, await pastContent(key, { version }, ports), ports.large);
  if (!pointers) throw new PathNotFound(key.panelId, path);
  const values: BlamedValue[] = [];
  let open: readonly Open[] = pointers.map((pointer, index) => ({ index, pointer }));
  let [upTo, size, read] = [version, fullCopyInterval, 0];
  while (open.length > 0 && upTo > 0) {
    if (read >= blameLimits.changes) throw new BlameTooExpensive({ limitChanges: blameLimits.changes });
    const { entries } = await ports.store.history(key, {
      limit: upTo - pageStart(upTo, size),
      offset: 0,
      upTo,
    });
    read += entries.length;
    const left: Open[] = [];
    for (const { index, blamed } of await blameFrom(key, [...entries].reverse(), open, ports)) {
      if ('pointer' in blamed) left.push({ index, pointer: blamed.pointer });
      else values[index] = { ...blamed, pointer: pointers[index] as string };
    }
    open = left;
    upTo -= entries.length;
    size = Math.min(size * 2, mostChanges);
  }
  return { version, values };
}

async function newestVersion(key: PanelKey, { store }: HistoryPorts): Promise<number> {
  const panel = await store.read(key);
  if (!panel || panel.deleted) throw new PanelNotFound(key.panelId);
  return panel.version;
}

/** Pages begin after a full copy, so that the state before them needs no patches. */
function pageStart(upTo: number, size: number): number {
  return Math.max(0, (Math.ceil(upTo / fullCopyInterval) - size / fullCopyInterval) * fullCopyInterval);
}

async function pointersTo(
  path: string,
  content: Awaited<ReturnType<typeof pastContent>>,
  large: LargeWork,
): Promise<string[] | undefined> {
  return isLarge(content.stateText.length)
    ? large.leaves(content.stateText, path, blameLimits.values)
    : leafPointers(JSON.parse(content.stateText) as JsonObject, path, blameLimits.values);
}

/** Where an open value comes from: the change that has set it, or where it was before. */
interface Found {
  readonly index: number;
  readonly blamed: Omit<BlamedValue, 'pointer'> | { readonly pointer: string };
}

/** Looks for the values in some changes, oldest first, without gaps. */
async function blameFrom(
  key: PanelKey,
  entries: readonly HistoryEntry[],
  open: readonly Open[],
  ports: HistoryPorts,
): Promise<readonly Found[]> {
  const created = entries.findLastIndex(bringsIntoBeing);
  const changes = entries.slice(Math.max(created, 0));
  const origins = await originsIn(
    key,
    changes,
    created < 0,
    open.map(({ pointer }) => pointer),
    ports,
  );
  const first = changes[0]?.version ?? 0;
  return open.map(({ index, pointer }, position) => {
    const origin = origins?.[position] ?? { pointer };
    return { index, blamed: 'pointer' in origin ? origin : changeOf(changes[origin.version - first]) };
  });
}

function changeOf(entry: HistoryEntry | undefined): Omit<BlamedValue, 'pointer'> {
  if (!entry) throw new Error('The history of a panel has a gap.');
  const { version, actor, triggeredBy, occurredAt, about } = entry;
  return { version, actor, triggeredBy, occurredAt, ...(about ? { about } : {}) };
}

/** Where values come from; undefined when no change has reached any of them. */
async function originsIn(
  key: PanelKey,
  changes: readonly HistoryEntry[],
  hasPast: boolean,
  pointers: readonly string[],
  { history, large }: HistoryPorts,
): Promise<readonly ValueOrigin[] | undefined> {
  const [first] = changes;
  if (!first) throw new Error('The history of a panel ends before its creation.');
  const texts = isMuch(changes, pointers) ? await patchTextsOf(changes) : undefined;
  if (hasPast) {
    const isReached = texts
      ? await large.mayReach(texts, pointers)
      : mayReach(
          changes.map(({ patch }) => patch),
          pointers,
        );
    if (!isReached) return undefined;
  }
  const version = first.version - 1;
  const source = hasPast ? await history.rebuildSource(key, version) : undefined;
  if (!texts && !(source && isLarge(sourceLength(source)))) {
    const parsed = source && parsedSource(source);
    return valueOrigins(
      parsed && rebuildState(version, parsed.copy, parsed.steps),
      changes.map(({ version: at, patch }) => ({ version: at, patch })),
      pointers,
    );
  }
  return large.origins({
    before: source && sourceTexts(version, source),
    first: first.version,
    patches: texts ?? (await patchTextsOf(changes)),
    pointers,
  });
}

function isMuch(changes: readonly HistoryEntry[], pointers: readonly string[]): boolean {
  const bytes = changes.reduce((sum, { changeSizeBytes }) => sum + changeSizeBytes, 0);
  const operations = changes.reduce((sum, change) => sum + operationsOf(change), 0);
  return isLarge(bytes) || operations > fewest.operations || pointers.length > fewest.values;
}

async function patchTextsOf(changes: readonly HistoryEntry[]): Promise<string[]> {
  const turns = new FairTurns();
  const texts: string[] = [];
  for (const change of changes) {
    texts.push(patchTextOf(change));
    await turns.pause();
  }
  return texts;
}
