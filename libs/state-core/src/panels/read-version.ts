import { PanelNotFound, PathNotFound, VersionNotFound } from '../errors';
import { rebuildState } from './history';
import { type JsonObject, type JsonValue, canonicalJson, parsePointer } from '@nexus-state/documents';
import { type Panel, type PanelKey, panelDocument } from './model';
import type { PanelHistory, PanelStore } from './ports';
import type { PanelReading } from './read-panel';

/** A version of a panel, by its number or by an instant at which it was the newest. */
export type VersionChoice = { readonly version: number } | { readonly at: string };

/** A state of the past. */
export interface PastState {
  readonly version: number;
  readonly state: JsonObject;
  readonly occurredAt: string;
}

/** What reading the past needs. */
export interface HistoryPorts {
  readonly store: PanelStore;
  readonly history: PanelHistory;
}

/**
 * Reads a panel as it was at a version, or at an instant.
 * @throws PanelNotFound when it was never created, or not yet
 * @throws VersionNotFound when it never had the version, or was deleted then
 */
export async function readVersion(
  { key, choice }: { readonly key: PanelKey; readonly choice: VersionChoice },
  ports: HistoryPorts,
): Promise<PanelReading> {
  const { version, state, occurredAt } = await pastState(key, choice, ports);
  const stateText = canonicalJson(state);
  return {
    version,
    document: panelDocument({ key, version, stateText, updatedAt: occurredAt }),
    cache: 'bypass',
  };
}

/** The state of a panel at a version or an instant; throws as `readVersion` does. */
export async function pastState(
  key: PanelKey,
  choice: VersionChoice,
  ports: HistoryPorts,
): Promise<PastState> {
  const version = 'version' in choice ? choice.version : await ports.history.versionAt(key, choice.at);
  const source = version > 0 ? await ports.history.rebuildSource(key, version) : undefined;
  if (!source) {
    const known = (await ports.store.read(key)) !== undefined;
    throw known && 'version' in choice
      ? new VersionNotFound(key.panelId, version)
      : new PanelNotFound(key.panelId);
  }
  if (source.deleted) throw new VersionNotFound(key.panelId, version);
  return { version, state: rebuildState(version, source.copy, source.steps), occurredAt: source.occurredAt };
}

/** What stands in the document of a panel. */
interface PanelFields extends Pick<Panel, 'version' | 'updatedAt'> {
  readonly panelId: string;
  readonly workspaceId: string;
  readonly state: JsonValue;
}

/**
 * The document of a panel with only the value at a pointer as its state.
 * @param path a JSON Pointer (RFC 6901)
 * @throws PathNotFound when it leads nowhere
 */
export function partialDocument(document: string, path: string): string {
  const panel = JSON.parse(document) as PanelFields;
  const tokens = parsePointer(path);
  const state = tokens && valueAt(panel.state, tokens);
  if (state === undefined) throw new PathNotFound(panel.panelId, path);
  return panelDocument({ ...panel, key: panel, stateText: canonicalJson(state) });
}

function valueAt(root: JsonValue, tokens: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const token of tokens) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(token)) return undefined;
    value = Object.hasOwn(value, token) ? (value as Record<string, JsonValue>)[token] : undefined;
  }
  return value;
}
