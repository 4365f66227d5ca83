import type { Tip } from '../commit';
import { PanelNotFound } from '../errors';
import type { JsonObject } from '../json';
import { type PanelKey, panelDocument } from '../panel';
import type { CachedPanel } from '../ports';
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

/**
 * Reads a panel at its newest version.
 * @throws PanelNotFound when it was never created or is deleted
 * @throws Unavailable when neither cache nor store can answer
 */
export async function readPanel({ key, fresh }: ReadPanel, ports: ReadPorts): Promise<PanelReading> {
  const cached = fresh ? 'unasked' : await askCache(key, ports);
  if (typeof cached === 'object') return reading(key, cached, 'hit');
  const panel = await ports.store.read(key);
  if (!panel) throw new PanelNotFound(key.panelId);
  const copy = { version: panel.version, document: panel.deleted ? undefined : panelDocument(panel) };
  if (cached === 'missing') {
    ports.cache.write(key, copy).catch((error: unknown) => ports.observer.hintFailed('cache', error));
  }
  return reading(key, copy, cached === 'missing' ? 'miss' : 'bypass');
}

/** The panel as the cache has it, for a writer to begin with; undefined when unknown. Never fails. */
export async function cachedTip(
  key: PanelKey,
  ports: Pick<ReadPorts, 'cache' | 'observer'>,
): Promise<Tip | undefined> {
  const cached = await askCache(key, ports);
  if (typeof cached !== 'object' || cached.document === undefined) return undefined;
  const { state } = JSON.parse(cached.document) as { state: JsonObject };
  return { version: cached.version, state, deleted: false };
}

async function askCache(
  key: PanelKey,
  { cache, observer }: Pick<ReadPorts, 'cache' | 'observer'>,
): Promise<CachedPanel | 'missing' | 'away'> {
  try {
    return (await cache.read(key)) ?? 'missing';
  } catch (error) {
    observer.hintFailed('cache', error);
    return 'away';
  }
}

function reading(
  key: PanelKey,
  { version, document }: CachedPanel,
  cache: PanelReading['cache'],
): PanelReading {
  if (document === undefined) throw new PanelNotFound(key.panelId);
  return { version, document, cache };
}
