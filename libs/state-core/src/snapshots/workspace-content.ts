import { type JsonObject, canonicalJson } from '@nexus-state/documents';
import { type StateContent, type WorkspaceKey, isLarge, withLazyState } from '../panels/model';
import type { LargeWork } from '../panels/large';
import type { SnapshotRepository, WorkspaceReader } from './ports';
import { type Manifest, type ManifestPanel, manifestPath, panelPath, parseManifest } from './model';
import { type HistoryPorts, pastContent } from '../panels';

/** A state that is parsed when it is first asked for, where it is large. */
export type StateReading = Pick<StateContent, 'state' | 'stateText'>;

/** The panels of a workspace at one instant; their states are read as they are needed. */
export interface WorkspaceContent {
  /** The instant: RFC 3339, UTC, milliseconds. */
  readonly at: string;
  /** The revision of the workspace then; undefined where a commit of a release before does not say it. */
  readonly revision: number | undefined;
  /** The hash of the commit that holds it; null for the workspace as it is now, or was at a revision. */
  readonly commitHash: string | null;
  /** Sum of the sizes of its states. */
  readonly totalSizeBytes: number;
  /** By panel id. */
  readonly panels: ReadonlyMap<string, ManifestPanel>;

  /**
   * The states of some of its panels, by id.
   * @throws Unavailable when the store or the repository is away
   */
  readStates(panelIds: readonly string[]): Promise<ReadonlyMap<string, StateReading>>;
}

/** A panel with its state, as part of a whole workspace. */
export interface ContentPanel {
  readonly panelId: string;
  readonly version: number;
  /** The state's canonical text. */
  readonly stateText: string;
}

/** What states that are in memory at once may come to, as text; and how many there are at most. */
const batchBytes = 8 * 1024 * 1024;
const maxAtOnce = 64;

/**
 * A workspace as it is now. Nothing is held while its states are read: what has moved on meanwhile is rebuilt from
 * history as it was.
 */
export async function presentContent(
  workspace: WorkspaceKey,
  ports: HistoryPorts & { readonly reader: WorkspaceReader },
): Promise<WorkspaceContent> {
  const { at, revision, totalSizeBytes, panels } = await ports.reader.readVersions(workspace);
  return {
    at,
    revision,
    commitHash: null,
    totalSizeBytes,
    panels,
    readStates: async (panelIds) => {
      const found = await ports.reader.readStates(workspace, panelIds);
      const now = new Map(found.map((panel) => [panel.panelId, panel]));
      const states = panelIds.map(async (panelId): Promise<[string, StateReading]> => {
        const { version } = panels.get(panelId) as ManifestPanel;
        const panel = now.get(panelId);
        if (panel?.version === version) return [panelId, panel];
        return [panelId, await pastContent({ ...workspace, panelId }, { version }, ports)];
      });
      return new Map(await Promise.all(states));
    },
  };
}

/** What a commit holds. */
export interface CommitContent extends WorkspaceContent {
  readonly commitHash: string;
  readonly manifest: Manifest;
}

/**
 * A workspace as a commit holds it.
 * @param commitHash the whole hash of a commit of its branch
 */
export async function commitContent(
  workspace: WorkspaceKey,
  commitHash: string,
  { repository, large }: { readonly repository: SnapshotRepository; readonly large: LargeWork },
): Promise<CommitContent> {
  const [text] = await repository.readFiles(workspace, commitHash, [manifestPath]);
  const manifest = text === undefined ? undefined : parseManifest(text);
  if (!manifest) throw new Error(`The commit ${commitHash} has no readable manifest.`);
  return {
    commitHash,
    manifest,
    at: manifest.createdAt,
    revision: manifest.revision,
    totalSizeBytes: manifest.totalSizeBytes,
    panels: manifest.panels,
    readStates: async (panelIds) => {
      const texts = await repository.readFiles(workspace, commitHash, panelIds.map(panelPath));
      const states = panelIds.map(async (panelId, index): Promise<[string, StateReading]> => {
        const text = texts[index];
        if (text === undefined)
          throw new Error(`The commit ${commitHash} lacks panel "${panelId}" of its manifest.`);
        return [panelId, await stateIn(text, large)];
      });
      return new Map(await Promise.all(states));
    },
  };
}

/** The panels of a content one after the other, by id, a few in memory at once. */
export async function* eachPanel(
  content: WorkspaceContent,
  panelIds: Iterable<string> = content.panels.keys(),
): AsyncGenerator<ContentPanel> {
  for (const batch of batchesOf([...panelIds].sort(), content)) {
    const states = await content.readStates(batch);
    for (const panelId of batch) {
      const { version } = content.panels.get(panelId) as ManifestPanel;
      yield { panelId, version, stateText: (states.get(panelId) as StateReading).stateText };
    }
  }
}

/**
 * Ids in groups of as many as may have their states in memory at once, taking each to be of average size.
 * @param contents what their states are read from
 */
export function* batchesOf(
  panelIds: readonly string[],
  ...contents: readonly Pick<WorkspaceContent, 'panels' | 'totalSizeBytes'>[]
): Generator<readonly string[]> {
  const averages = contents.map(({ panels, totalSizeBytes }) => totalSizeBytes / Math.max(panels.size, 1));
  const count = Math.floor(batchBytes / averages.reduce((sum, average) => sum + average, 1));
  const size = Math.min(Math.max(count, 1), maxAtOnce);
  for (let at = 0; at < panelIds.length; at += size) yield panelIds.slice(at, at + size);
}

async function stateIn(text: string, large: LargeWork): Promise<StateReading> {
  if (isLarge(text.length)) return withLazyState({ stateText: await large.canonical(text) });
  const state = JSON.parse(text) as JsonObject;
  return { state, stateText: canonicalJson(state) };
}
