import { PanelNotFound, VersionNotFound } from '../errors';
import { rebuildState } from './history';
import { type JsonObject, type JsonPatch, copyWith } from '@nexus-state/documents';
import type { LargeWork } from './large';
import {
  type PanelKey,
  type StateContent,
  contentOfText,
  isLarge,
  noLimits,
  panelDocument,
  stateContent,
} from './model';
import type { PanelHistory, PanelStore, RebuildSource } from './ports';
import type { PanelReading } from './read-panel';

/** A version of a panel, by its number or by an instant at which it was the newest. */
export type VersionChoice = { readonly version: number } | { readonly at: string };

/** A state of the past. */
export interface PastContent extends StateContent {
  readonly version: number;
  readonly occurredAt: string;
}

/** What reading the past needs. */
export interface HistoryPorts {
  readonly store: PanelStore;
  readonly history: PanelHistory;
  readonly large: LargeWork;
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
  const { version, stateText, occurredAt } = await pastContent(key, choice, ports);
  return {
    version,
    document: panelDocument({ key, version, stateText, updatedAt: occurredAt }),
    cache: 'bypass',
  };
}

/** What a panel held at a version or an instant; throws as `readVersion` does. */
export async function pastContent(
  key: PanelKey,
  choice: VersionChoice,
  ports: HistoryPorts,
): Promise<PastContent> {
  const version = 'version' in choice ? choice.version : await ports.history.versionAt(key, choice.at);
  const source = version > 0 ? await ports.history.rebuildSource(key, version) : undefined;
  if (!source) {
    const known = (await ports.store.read(key)) !== undefined;
    throw known && 'version' in choice
      ? new VersionNotFound(key.panelId, version)
      : new PanelNotFound(key.panelId);
  }
  if (source.deleted) throw new VersionNotFound(key.panelId, version);
  const content = await rebuilt(version, source, ports.large);
  return copyWith(content, { version, occurredAt: source.occurredAt });
}

async function rebuilt(version: number, source: RebuildSource, large: LargeWork): Promise<StateContent> {
  const copy = source.copy && { version: source.copy.version, state: source.copy.state.text };
  const steps = source.steps.map((step) => ({ ...step, patch: step.patch.text }));
  const length = steps.reduce((sum, { patch }) => sum + patch.length, copy?.state.length ?? 0);
  if (isLarge(length)) return contentOfText(await large.rebuild({ version, copy, steps }));
  const state = rebuildState(
    version,
    copy && { version: copy.version, state: JSON.parse(copy.state) as JsonObject },
    steps.map((step) => ({ ...step, patch: JSON.parse(step.patch) as JsonPatch })),
  );
  return stateContent(state, noLimits);
}
