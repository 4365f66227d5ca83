import { type JsonValue, isJsonObject } from '@nexus-state/documents';
import { prettyJson } from './pretty-json';

/** A panel as a manifest names it. */
export interface ManifestPanel {
  readonly version: number;
  /** The panel's checksum: SHA-256 of its canonical state, hex. */
  readonly checksum: string;
}

/** What a commit holds: the content of `workspace.json`. */
export interface Manifest {
  readonly workspaceId: string;
  /** The snapshot that the commit was made for. */
  readonly snapshotId: string;
  readonly type: string;
  /** The instant whose panels it holds: RFC 3339, UTC, milliseconds. */
  readonly createdAt: string;
  /** The revision of the workspace at that instant; undefined where a release before wrote the commit. */
  readonly revision: number | undefined;
  /** Sum of the panels' `stateSizeBytes`. */
  readonly totalSizeBytes: number;
  /** By panel id. */
  readonly panels: ReadonlyMap<string, ManifestPanel>;
}

/** The file text of a manifest. */
export function manifestText(manifest: Manifest): string {
  // fromEntries and not assignment: "__proto__" is a panel id like any other.
  const panels = Object.fromEntries(
    [...manifest.panels].map(([id, { version, checksum }]) => [id, { version, checksum }]),
  );
  const { revision, ...others } = manifest;
  const known = revision === undefined ? {} : { revision };
  return prettyJson({ ...others, ...known, panelCount: manifest.panels.size, panels });
}

/**
 * Reads a manifest back.
 * @returns undefined when the text is not a manifest
 */
export function parseManifest(text: string): Manifest | undefined {
  const value = parseJson(text);
  if (!isJsonObject(value)) return undefined;
  const { workspaceId, snapshotId, type, createdAt, revision, totalSizeBytes, panels } = value;
  const texts = [workspaceId, snapshotId, type, createdAt];
  if (!texts.every((field) => typeof field === 'string') || typeof totalSizeBytes !== 'number')
    return undefined;
  if (revision !== undefined && !Number.isSafeInteger(revision)) return undefined;
  if (!isJsonObject(panels)) return undefined;
  const entries = Object.entries(panels);
  if (!entries.every((entry): entry is [string, JsonValue & ManifestPanel] => isManifestPanel(entry[1])))
    return undefined;
  return { ...(value as unknown as Manifest), panels: new Map(entries) };
}

/** Panel ids by what became of them since a manifest. */
export interface ManifestChanges {
  /** New, or with another version or checksum. */
  readonly written: readonly string[];
  readonly removed: readonly string[];
}

/** What changed from the panels of one manifest to those of another. */
export function manifestChanges(
  before: ReadonlyMap<string, ManifestPanel>,
  after: ReadonlyMap<string, ManifestPanel>,
): ManifestChanges {
  const written = [...after].filter(([id, panel]) => !isSamePanel(before.get(id), panel)).map(([id]) => id);
  const removed = [...before.keys()].filter((id) => !after.has(id));
  return { written, removed };
}

function isSamePanel(a: ManifestPanel | undefined, b: ManifestPanel): boolean {
  return a !== undefined && a.version === b.version && a.checksum === b.checksum;
}

function isManifestPanel(value: JsonValue): boolean {
  return (
    isJsonObject(value) && Number.isSafeInteger(value['version']) && typeof value['checksum'] === 'string'
  );
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
