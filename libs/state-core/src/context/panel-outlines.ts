import { mapInTurns } from '../concurrency';
import { type WorkspaceKey, isLarge } from '../panels/model';
import type { LargeWork } from '../panels/large';
import type { HistoryPorts } from '../panels';
import { pastContent } from '../panels';
import type { PresentPanel, WorkspaceReader } from '../snapshots/ports';
import { CountedOutline, linesOf } from './counted-outline';
import {
  BoundedCache,
  type Markup,
  type Outline,
  type PointedOutline,
  PointerGlobs,
  outlinesOf,
} from './model';
import type { Vocabulary } from './ports';
import type { TokenCounter } from './token-counter';

/** A panel as it is now, with its id. */
export interface NamedPanel extends PresentPanel {
  readonly panelId: string;
}

/** A value of a panel, counted. */
export interface PanelValue {
  readonly pointer: string;
  readonly content: CountedOutline;
}

/** How values are written and counted. */
export interface Writing {
  readonly markup: Markup;
  readonly vocabulary: Vocabulary;
  /** Only values that these patterns match. */
  readonly pointers?: readonly string[] | undefined;
}

/** What reading states needs. */
export interface OutlinePorts extends HistoryPorts {
  readonly reader: WorkspaceReader;
  readonly large: LargeWork;
}

const cacheBytes = 128 * 1024 * 1024;
/** States that are in memory at once, as bytes and in number. */
const batchBytes = 4 * 1024 * 1024;
const batchSize = 200;

/** The values of panels with their tokens, by the checksums of the states: what has not changed is neither read nor counted. */
export class PanelOutlines {
  readonly #cache = new BoundedCache<readonly PanelValue[]>(cacheBytes);

  constructor(
    private readonly ports: OutlinePorts,
    private readonly counter: TokenCounter,
  ) {}

  /**
   * The values of panels, by the panels' ids.
   * @throws Unavailable when the store is away, or there is too much to count
   */
  async of(
    workspace: WorkspaceKey,
    panels: readonly NamedPanel[],
    writing: Writing,
  ): Promise<ReadonlyMap<string, readonly PanelValue[]>> {
    const values = new Map<string, readonly PanelValue[]>();
    const missing: NamedPanel[] = [];
    for (const panel of panels) {
      const known = this.#cache.get(cacheKey(panel.checksum, writing));
      if (known) values.set(panel.panelId, known);
      else missing.push(panel);
    }
    for (const batch of batchesOf(missing)) {
      const states = await this.#states(workspace, batch);
      const outlines = await mapInTurns(states, (text) => this.#outline(text, writing));
      const counted = await this.count(outlines.flat(), writing);
      batch.forEach(({ panelId, checksum }, index) => {
        const own = (outlines[index] as PointedOutline[]).map((outline) => ({
          pointer: outline.pointer,
          content: counted.get(outline) as CountedOutline,
        }));
        const cost = own.reduce((sum, { content }) => sum + content.cost, 500);
        this.#cache.set(cacheKey(checksum, writing), own, cost);
        values.set(panelId, own);
      });
    }
    return values;
  }

  /** Counts the tokens of outlines. */
  async count(
    outlines: readonly Outline[],
    { markup, vocabulary }: Writing,
  ): Promise<ReadonlyMap<Outline, CountedOutline>> {
    const lines = outlines.map(linesOf);
    const tokens = await this.counter.count(vocabulary, lines.flat());
    let at = 0;
    const counted = outlines.map((outline, index): [Outline, CountedOutline] => {
      const { length } = lines[index] as string[];
      const own = tokens.slice(at, at + length);
      at += length;
      return [outline, new CountedOutline(outline, own, markup, vocabulary)];
    });
    return new Map(counted);
  }

  async #outline(stateText: string, { markup, pointers }: Writing): Promise<PointedOutline[]> {
    if (isLarge(stateText.length)) return this.ports.large.outlines(stateText, markup, pointers);
    return outlinesOf(JSON.parse(stateText), markup, pointers && new PointerGlobs(pointers));
  }

  /** The states of panels at their versions; what has moved on meanwhile is rebuilt from history. */
  async #states(workspace: WorkspaceKey, panels: readonly NamedPanel[]): Promise<string[]> {
    const ids = panels.map(({ panelId }) => panelId);
    const found = await this.ports.reader.readStates(workspace, ids);
    const now = new Map(found.map((panel) => [panel.panelId, panel]));
    return Promise.all(
      panels.map(async ({ panelId, version }) => {
        const panel = now.get(panelId);
        if (panel?.version === version) return panel.stateText;
        return (await pastContent({ ...workspace, panelId }, { version }, this.ports)).stateText;
      }),
    );
  }
}

function cacheKey(checksum: string, { markup, vocabulary, pointers }: Writing): string {
  return JSON.stringify([checksum, markup, vocabulary, pointers]);
}

function* batchesOf(panels: readonly NamedPanel[]): Generator<readonly NamedPanel[]> {
  let batch: NamedPanel[] = [];
  let bytes = 0;
  for (const panel of panels) {
    if (batch.length > 0 && (batch.length === batchSize || bytes + panel.stateSizeBytes > batchBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(panel);
    bytes += panel.stateSizeBytes;
  }
  if (batch.length > 0) yield batch;
}
