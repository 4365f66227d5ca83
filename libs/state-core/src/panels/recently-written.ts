import type { CurrentPanel } from './group-commit';
import { type Panel, type PanelKey, panelKeyText } from './model';

const maxPanels = 1_000;
/** Larger states are not worth the memory: reading them again is little beside writing them. */
const maxStateBytes = 16 * 1024;

/**
 * Panels as this process last wrote them. Who edits a panel often goes on from the version they made: then what was
 * written is at hand, and the cache need not be asked. Right only while no other process writes, so it is never more than a
 * hint, and only given to a writer who saw the same version.
 */
export class RecentlyWritten {
  readonly #panels = new Map<string, CurrentPanel>();

  /** Takes note of a panel that was written. */
  note(panel: Panel | undefined): void {
    if (!panel) return;
    const { key, version, deleted, stateSizeBytes } = panel;
    const text = panelKeyText(key);
    // Deleted first, so that the map's order is that of the last writes.
    this.#panels.delete(text);
    if (stateSizeBytes > maxStateBytes) return;
    if (this.#panels.size >= maxPanels) this.#panels.delete(this.#panels.keys().next().value as string);
    this.#panels.set(text, { version, state: panel.state, deleted, stateSizeBytes });
  }

  /** The panel at a version, if that is how it was last written here. */
  at(key: PanelKey, version: number | undefined): CurrentPanel | undefined {
    if (version === undefined) return undefined;
    const panel = this.#panels.get(panelKeyText(key));
    return panel?.version === version ? panel : undefined;
  }
}
