import type { CurrentPanel } from './group-commit';
import { PanelNotFound, Unavailable } from '../errors';
import type { JsonObject } from '@nexus-state/documents';
import {
  type KeptText,
  type Panel,
  type PanelKey,
  isLarge,
  panelDocument,
  stateTextIn,
  textOf,
  withLazyState,
} from './model';
import type { CachedPanel } from './ports';
import type { FoundCopy, PanelCopies } from './copies';
import type { ReadPorts } from './panel-ports';

/** Which panel to read. */
export interface ReadPanel {
  readonly key: PanelKey;
  /** Whether to pass by the cache. */
  readonly fresh?: boolean;
}

/** A panel as its readers get it. */
export interface PanelReading {
  readonly version: number;
  /** The panel's document (`panelDocument`), to be answered as it is. */
  readonly document: string;
  /** Where it came from; `bypass` when the cache was not asked or could not answer. */
  readonly cache: 'hit' | 'miss' | 'bypass';
}

/** A panel as the cache or the store has it. */
export interface KeptReading extends Omit<PanelReading, 'document'> {
  /** The panel's document, compressed where the cached copy is. */
  readonly document: KeptText;
}

/**
 * Reads a panel at its newest version.
 * @throws PanelNotFound when it was never created or is deleted
 * @throws Unavailable when neither cache nor store can answer
 */
export async function readPanel(query: ReadPanel, ports: ReadPorts): Promise<PanelReading> {
  return unpacked(await readKeptPanel(query, ports));
}

/** A reading with its document as text. */
export async function unpacked(reading: KeptReading): Promise<PanelReading> {
  return { ...reading, document: await textOf(reading.document) };
}

/**
 * Reads a panel at its newest version for those who may take it compressed.
 * @throws what `readPanel` throws
 */
export async function readKeptPanel({ key, fresh }: ReadPanel, ports: ReadPorts): Promise<KeptReading> {
  const cached: FoundCopy = fresh ? { found: 'unavailable' } : await ports.copies.read(key);
  if (cached.found === 'fresh') return reading(key, cached.copy, 'hit');
  if (cached.found === 'stale' && ports.outage.isKnown) {
    ports.outage.look(() => readThrough(key, ports));
    return reading(key, cached.copy, 'hit');
  }
  try {
    if (cached.found === 'unavailable')
      return reading(key, documentOf(await readStored(key, ports)), 'bypass');
    return reading(key, documentOf(await readThrough(key, ports)), 'miss');
  } catch (error) {
    // Better the version of a while ago than none, when there is nothing to hold it against.
    if (error instanceof Unavailable && cached.found === 'stale') return reading(key, cached.copy, 'hit');
    throw error;
  }
}

/** Reads a panel from the store, and renews its copy. */
async function readThrough(key: PanelKey, ports: ReadPorts): Promise<Panel> {
  const epoch = ports.copies.begin();
  const panel = await readStored(key, ports);
  void ports.copies.fill(panel, epoch);
  return panel;
}

async function readStored(key: PanelKey, { store, outage }: ReadPorts): Promise<Panel> {
  try {
    const panel = await store.read(key);
    outage.over();
    if (!panel) throw new PanelNotFound(key.panelId);
    return panel;
  } catch (error) {
    if (error instanceof Unavailable) outage.noticed();
    throw error;
  }
}

/** The panel as the cache has it, for a writer to begin with; undefined when unknown. Never fails. */
export async function cachedPanel(key: PanelKey, copies: PanelCopies): Promise<CurrentPanel | undefined> {
  const cached = await copies.read(key);
  if (!('copy' in cached) || cached.copy.document === undefined) return undefined;
  const { version } = cached.copy;
  const document = await textOf(cached.copy.document);
  if (isLarge(document.length))
    return withLazyState({ version, stateText: stateTextIn(document, key), deleted: false });
  const { state } = JSON.parse(document) as { state: JsonObject };
  return { version, state, deleted: false };
}

type Document = Pick<CachedPanel, 'version' | 'document'>;

function documentOf(panel: Panel): Document {
  return { version: panel.version, document: panel.deleted ? undefined : panelDocument(panel) };
}

function reading(key: PanelKey, { version, document }: Document, cache: PanelReading['cache']): KeptReading {
  if (document === undefined) throw new PanelNotFound(key.panelId);
  return { version, document, cache };
}
