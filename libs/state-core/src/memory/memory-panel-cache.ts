import { type PanelKey, panelKeyText } from '../panels/model';
import type { CachedPanel, PanelCache } from '../panels/ports';

/** Copies of panels in this process: for tests. */
export class MemoryPanelCache implements PanelCache {
  readonly server: string | undefined = 'memory';
  readonly #panels = new Map<string, CachedPanel>();

  async read(key: PanelKey): Promise<CachedPanel | undefined> {
    return this.#panels.get(panelKeyText(key));
  }

  async write(key: PanelKey, panel: CachedPanel): Promise<void> {
    const text = panelKeyText(key);
    const cached = this.#panels.get(text);
    if (!cached || cached.version <= panel.version) this.#panels.set(text, panel);
  }
}
