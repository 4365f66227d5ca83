import { Unavailable } from '../errors';
import type { WorkspaceKey } from '../panels/model';
import type { JobRun } from '../snapshots/model';
import type { EmbeddedText, Embeddings } from './embeddings';
import { type NamedPanel, PanelOutlines, type OutlinePorts, type Writing } from './panel-outlines';
import { TokenCounter } from './token-counter';

/** What refreshing needs. */
export interface RefreshPorts extends OutlinePorts {
  readonly embeddings: Pick<Embeddings, 'keep'>;
}

/** What a refresh came to. */
export interface Refreshed {
  /** How many texts have their vectors now. */
  readonly texts: number;
}

/** So much is done before it is looked whether to go on. */
const panelsAtOnce = 200;
const textsAtOnce = 64;
/** As many bytes of states as are read for one context. */
const mostBytes = 32 * 1024 * 1024;
const writing: Writing = { markup: 'plain', vocabulary: 'o200k_base' };
/** Nothing is written, so there is nothing to count. */
const uncounted = new TokenCounter({ count: async (_, texts) => texts.map(() => 0) });

/** Embeds what contexts and searches rank, before anybody asks. Panels that have not changed since are not read again. */
export class EmbeddingRefresh {
  readonly #outlines: PanelOutlines;

  constructor(private readonly ports: RefreshPorts) {
    this.#outlines = new PanelOutlines(ports, uncounted);
  }

  /**
   * Has all texts of a workspace embedded as its panels are now, each text once. It may be done twice, and interrupted anywhere.
   * @throws Unavailable where vectors cannot be had; the reason of the signal
   */
  async run(workspace: WorkspaceKey, { signal, report }: JobRun): Promise<Refreshed> {
    const texts = await this.#textsOf(workspace, signal);
    for (let done = 0; done < texts.length; done += textsAtOnce) {
      signal.throwIfAborted();
      const some = texts.slice(done, done + textsAtOnce);
      if (!(await this.ports.embeddings.keep(workspace.owner, some)))
        throw new Unavailable('The provider of embeddings');
      report({ done: Math.min(done + textsAtOnce, texts.length), total: texts.length });
    }
    return { texts: texts.length };
  }

  async #textsOf(workspace: WorkspaceKey, signal: AbortSignal): Promise<readonly EmbeddedText[]> {
    const panels = await this.#newestOf(workspace);
    const texts = new Map<string, EmbeddedText>();
    for (let at = 0; at < panels.length; at += panelsAtOnce) {
      signal.throwIfAborted();
      const values = await this.#outlines.of(workspace, panels.slice(at, at + panelsAtOnce), writing);
      for (const { content } of [...values.values()].flat())
        for (const { text, checksum } of content.passages) texts.set(checksum, { text, checksum });
    }
    return [...texts.values()];
  }

  /** The panels that contexts read: where there are too many bytes, those that changed last. */
  async #newestOf(workspace: WorkspaceKey): Promise<readonly NamedPanel[]> {
    const { panels } = await this.ports.reader.readVersions(workspace);
    let bytes = 0;
    return [...panels]
      .map(([panelId, panel]) => ({ panelId, ...panel }))
      .sort((one, other) => (one.updatedAt > other.updatedAt ? -1 : 1))
      .filter(({ stateSizeBytes }) => (bytes += stateSizeBytes) <= mostBytes);
  }
}
