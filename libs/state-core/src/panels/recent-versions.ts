import type { UnseenHistory } from './edit/decide-edit';
import type { Accepted, CurrentPanel } from './group-commit';
import { type PanelKey, type UndatedChange, panelKeyText } from './model';

const maxPanels = 1_000;
/** Larger states are not worth the memory: reading them again is little beside writing them. */
const maxStateBytes = 16 * 1024;
/** How far back an author of a panel may be whose edit is merged without a look at the store. */
const maxVersionsOfPanel = 128;
/** All states and patches together, as text. */
const maxBytes = 32 * 1024 * 1024;

/** One version of a panel: what it held, and the change that led there. */
interface RecentVersion {
  readonly panel: CurrentPanel & { readonly stateText: string };
  readonly change: UndatedChange;
  readonly bytes: number;
}

/**
 * The last versions of panels that this process wrote, without gaps. Who edits a panel often goes on from the version they made, or from
 * one that others have changed a moment ago: then what they saw, and what has happened since, is at hand, and neither cache nor store need be
 * asked. A version never changes, so what is remembered of the past is right. Whether the last one is still the newest, nobody knows:
 * other processes write, too. It is given as a hint alone, to a writer who saw the same version.
 */
export class RecentVersions {
  /** The versions of each panel, oldest first; the panels in the order of their last writes. */
  readonly #panels = new Map<string, RecentVersion[]>();
  #bytes = 0;

  /** Takes note of changes of one panel that were accepted, oldest first. */
  note(accepted: readonly Accepted[]): void {
    const [first] = accepted;
    if (!first) return;
    const text = panelKeyText(first.panel.key);
    let versions = this.#panels.get(text) ?? [];
    // Deleted first, so that the map's order is that of the last writes.
    this.#panels.delete(text);
    for (const { panel, change } of accepted) {
      const isNext = versions.at(-1)?.change.version === change.version - 1;
      if (!isNext) versions = this.#without(versions, versions.length);
      if (panel.stateSizeBytes > maxStateBytes || change.changeSizeBytes > maxStateBytes) {
        versions = this.#without(versions, versions.length);
        continue;
      }
      const { version, state, stateText, deleted, stateSizeBytes } = panel;
      const bytes = stateSizeBytes + change.changeSizeBytes;
      versions.push({ panel: { version, state, stateText, deleted, stateSizeBytes }, change, bytes });
      this.#bytes += bytes;
    }
    if (versions.length === 0) return;
    this.#panels.set(text, this.#without(versions, Math.max(0, versions.length - maxVersionsOfPanel)));
    this.#makeRoom();
  }

  /** The panel at a version, if that is how it was last written here. */
  at(key: PanelKey, version: number | undefined): CurrentPanel | undefined {
    if (version === undefined) return undefined;
    const last = this.#panels.get(panelKeyText(key))?.at(-1)?.panel;
    if (last?.version !== version) return undefined;
    const { stateText: _, ...panel } = last;
    return panel;
  }

  /**
   * What a panel held at a version, and its changes since then.
   * @param upTo the last version that is wanted; it may be a later one than is remembered
   * @returns undefined where the version is not remembered, or the panel was deleted then
   */
  since(key: PanelKey, version: number, upTo: number): UnseenHistory | undefined {
    const versions = this.#panels.get(panelKeyText(key));
    const oldest = versions?.[0]?.panel.version;
    if (!versions || oldest === undefined || version < oldest) return undefined;
    const base = versions[version - oldest]?.panel;
    if (!base || base.deleted) return undefined;
    const changes = versions.slice(version - oldest + 1, upTo - oldest + 1).map(({ change }) => change);
    return { base, changes };
  }

  #makeRoom(): void {
    while (this.#panels.size > maxPanels || this.#bytes > maxBytes) {
      const [text, versions] = this.#panels.entries().next().value as [string, RecentVersion[]];
      this.#panels.delete(text);
      this.#without(versions, versions.length);
    }
  }

  /** Versions without the oldest ones. */
  #without(versions: RecentVersion[], count: number): RecentVersion[] {
    for (const { bytes } of versions.splice(0, count)) this.#bytes -= bytes;
    return versions;
  }
}
