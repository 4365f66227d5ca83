import { type PanelKey, panelKeyText } from './model';
import type { PanelStore } from './ports';

const flushMs = 30_000;
const maxNoted = 50_000;

/**
 * When panels were last read, kept without a write for each read: noted in memory, and handed to the store together
 * every half minute. A process that dies loses what it has noted since; nothing depends on it.
 */
export class AccessLog {
  #noted = new Map<string, { readonly key: PanelKey; readonly at: Date }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: Pick<PanelStore, 'touch'>,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Takes note that a panel was read now. */
  note(key: PanelKey): void {
    if (this.#noted.size >= maxNoted) return;
    this.#noted.set(panelKeyText(key), { key, at: this.now() });
    this.#timer ??= setTimeout(() => void this.flush(), flushMs).unref();
  }

  /** Hands over what was noted. Never fails: what the store cannot take now is forgotten. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const noted = [...this.#noted.values()].map(({ key, at }) => ({ key, at: at.toISOString() }));
    this.#noted = new Map();
    if (noted.length > 0) await this.store.touch(noted).catch(() => undefined);
  }
}
