import { PanelNotFound, VersionNotFound } from '../errors';
import { type FullCopy, type HistoryStep, rebuildState } from './history';
import type { JsonObject, JsonPatch } from '@nexus-state/documents';
import type { LargeWork, RebuildText } from './large';
import {
  type PanelKey,
  type StateContent,
  contentOfText,
  copyWith,
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

/** A source as texts, for a task on large states. */
export function sourceTexts(version: number, { copy, steps }: RebuildSource): RebuildText {
  return {
    version,
    copy: copy && { version: copy.version, state: copy.state.text },
    steps: steps.map((step) => ({ ...step, patch: step.patch.text })),
  };
}

/** The length of all texts of a source. */
export function sourceLength({ copy, steps }: RebuildSource): number {
  return steps.reduce((sum, { patch }) => sum + patch.text.length, copy?.state.text.length ?? 0);
}

/** A source as values. */
export function parsedSource({ copy, steps }: RebuildSource): {
  readonly copy: FullCopy | undefined;
  readonly steps: readonly HistoryStep[];
} {
  return {
    copy: copy && { version: copy.version, state: JSON.parse(copy.state.text) as JsonObject },
    steps: steps.map((step) => ({ ...step, patch: JSON.parse(step.patch.text) as JsonPatch })),
  };
}

async function rebuilt(version: number, source: RebuildSource, large: LargeWork): Promise<StateContent> {
  if (isLarge(sourceLength(source))) return contentOfText(await large.rebuild(sourceTexts(version, source)));
  const { copy, steps } = parsedSource(source);
  return stateContent(rebuildState(version, copy, steps), noLimits);
}
