import { hash } from 'node:crypto';
import { ValidationFailed } from '@nexus-state/documents';
import { FairTurns, Semaphore } from '../concurrency';
import type { PresenceBoard } from '../live/ports';
import type { WorkspaceKey } from '../panels/model';
import { VisiblePanels } from '../workspaces/access';
import { changedItems, newestItems, type ChangePorts } from './changed-items';
import type { ContextItem, RankedItem } from './context-item';
import type { AskForContext, Context, SearchResult, SearchWorkspace } from './context-request';
import type { Embeddings } from './embeddings';
import { BoundedCache, type Markup, formats, outOfMarkup } from './model';
import { type NamedPanel, PanelOutlines, type Writing } from './panel-outlines';
import type { Tokenizer } from './ports';
import { presentItems } from './present-items';
import { rankItems, scorePassages } from './rank-items';
import { writeContext } from './write-context';
import { TokenCounter } from './token-counter';

/** What contexts are made of. */
export interface ContextPorts extends ChangePorts {
  readonly tokenizer: Tokenizer;
  readonly embeddings: Embeddings;
  /** Where it is known who is present; contexts tell of nobody without it. */
  readonly presence?: Pick<PresenceBoard, 'renew' | 'others' | 'panels'> | undefined;
}

/** States of so many bytes are read for one context; those of the panels that changed the longest ago are left out. */
const mostBytes = 32 * 1024 * 1024;
/** A token has so many bytes of JSON, about: an estimate for what is not read. */
const bytesPerToken = 4;
const keptBytes = 32 * 1024 * 1024;
/** So many contexts are made at once; they hold states in memory. */
const madeAtOnce = 4;
const shownLength = 1_000;

interface Reading {
  readonly revision: number;
  /** The panels that are asked for, by id. */
  readonly panels: ReadonlyMap<string, NamedPanel>;
}

/** What models are told of workspaces, and what is found in them. */
export class Contexts {
  readonly #counter: TokenCounter;
  readonly #outlines: PanelOutlines;
  readonly #made = new BoundedCache<Context>(keptBytes);
  readonly #turns = new Semaphore(madeAtOnce);

  constructor(private readonly ports: ContextPorts) {
    this.#counter = new TokenCounter(ports.tokenizer);
    this.#outlines = new PanelOutlines(ports, this.#counter);
  }

  /**
   * A text of what a workspace holds, or of what has changed in it, of at most so many tokens. The same request gets the same text
   * while the workspace stays at its revision and, with a query, vectors can be had.
   * @throws ValidationFailed where the revision is not reached; Unavailable
   */
  async compose(ask: AskForContext): Promise<Context> {
    const { workspace, sinceRevision } = ask;
    const revision = await this.ports.feed.revision(workspace);
    if (sinceRevision !== undefined && sinceRevision > revision)
      throw new ValidationFailed([
        { pointer: '/sinceRevision', message: 'is a revision that is not reached yet' },
      ]);
    const key = requestKey(ask);
    const kept = this.#made.get(key);
    if (kept?.revision === revision) return kept;
    const { context, isFinal } = await this.#turns.run(() => this.#make(ask));
    if (isFinal) this.#made.set(key, context, context.text.length * 2 + costOf(context));
    return context;
  }

  /**
   * The values of a workspace that a query finds, the best first.
   * @throws Unavailable
   */
  async search({ workspace, visible, query, limit }: SearchWorkspace): Promise<readonly SearchResult[]> {
    return this.#turns.run(async () => {
      const { panels } = await this.#read(workspace, (panelId) => visible.includes(panelId));
      const writing: Writing = { markup: 'plain', vocabulary: 'o200k_base' };
      const items = await this.#stateItems(workspace, panels, writing);
      const found = await scorePassages(workspace.owner, items, query, this.ports.embeddings);
      const best = found.passages
        .map((passage, index) => ({ passage, index }))
        .filter(({ passage }) => passage.score > 0)
        .sort((one, other) => other.passage.score - one.passage.score || one.index - other.index);
      return best.slice(0, limit).map(({ passage: { item, passage, score } }) => ({
        panelId: item.panelId,
        version: item.version,
        pointer: item.pointer + (item.content?.nodes[passage.index]?.pointer ?? ''),
        score: Math.round(score * 1e6) / 1e6,
        text: shownText(item, passage.index, writing.markup),
      }));
    });
  }

  async #make(ask: AskForContext): Promise<{ readonly context: Context; readonly isFinal: boolean }> {
    const { workspace, visible, panels: wanted = VisiblePanels.all, query, include } = ask;
    const rules = formats[ask.format];
    const { vocabulary, pointers } = ask;
    const writing: Writing = { markup: rules.markup, vocabulary, pointers };
    const includes = (panelId: string) => visible.includes(panelId) && wanted.includes(panelId);
    const { revision, panels } = await this.#read(workspace, includes);
    const items: ContextItem[] = [];
    if (include.includes('state')) items.push(...(await this.#stateItems(workspace, panels, writing)));
    if (include.includes('changes')) {
      const asked = { workspace, visible, includes, panels, writing };
      items.push(
        ...(ask.sinceRevision === undefined
          ? await newestItems(asked, revision, this.ports)
          : await changedItems(asked, ask.sinceRevision, this.#outlines, this.ports)),
      );
    }
    const { presence } = this.ports;
    if (include.includes('presence') && presence)
      items.push(...(await presentItems(workspace, panels, presence)));
    const ordered = await inOrder(items);
    const { ranked, isQuery, isPartial } = await this.#rank(workspace.owner, ordered, query);
    const text = await writeContext(ranked, ordered, {
      workspaceId: workspace.workspaceId,
      budgetTokens: ask.budgetTokens,
      selecting: { rules, vocabulary, counter: this.#counter, isQuery },
    });
    const cacheKey = hash('sha256', `${vocabulary}\n${text.text}`, 'hex');
    const context = { ...text, budgetTokens: ask.budgetTokens, revision, cacheKey };
    return { context, isFinal: !isPartial && !include.includes('presence') };
  }

  /** Ranks items; where a query finds nothing, as if there were none. */
  async #rank(
    owner: string,
    items: readonly ContextItem[],
    query: string | undefined,
  ): Promise<{ readonly ranked: RankedItem[]; readonly isQuery: boolean; readonly isPartial: boolean }> {
    if (query === undefined) return { ranked: rankItems(items, undefined), isQuery: false, isPartial: false };
    const { passages, isPartial } = await scorePassages(owner, items, query, this.ports.embeddings);
    const isQuery = passages.some(({ score }) => score > 0);
    return { ranked: rankItems(items, isQuery ? passages : undefined), isQuery, isPartial };
  }

  async #read(workspace: WorkspaceKey, includes: (panelId: string) => boolean): Promise<Reading> {
    const { revision, panels } = await this.ports.reader.readVersions(workspace);
    const named = [...panels].flatMap(([panelId, panel]): [string, NamedPanel][] =>
      includes(panelId) ? [[panelId, { panelId, ...panel }]] : [],
    );
    return { revision, panels: new Map(named.sort(([one], [other]) => (one < other ? -1 : 1))) };
  }

  /** The values of panels. Where the states come to more than is read for one context, the newest are read. */
  async #stateItems(
    workspace: WorkspaceKey,
    panels: ReadonlyMap<string, NamedPanel>,
    writing: Writing,
  ): Promise<ContextItem[]> {
    const newest = [...panels.values()].sort((one, other) =>
      one.updatedAt === other.updatedAt ? 0 : one.updatedAt > other.updatedAt ? -1 : 1,
    );
    let bytes = 0;
    const read = newest.filter(({ stateSizeBytes }) => (bytes += stateSizeBytes) <= mostBytes);
    const values = await this.#outlines.of(workspace, read, writing);
    return [...panels.values()].flatMap(({ panelId, version, updatedAt, stateSizeBytes }): ContextItem[] => {
      const own = values.get(panelId);
      if (own) return own.map((value) => ({ panelId, version, updatedAt, ...value }));
      const unreadTokens = Math.ceil(stateSizeBytes / bytesPerToken);
      return [{ panelId, version, updatedAt, pointer: '', unreadTokens }];
    });
  }
}

/** Items in the order of the text: what changes least first, so that texts of different revisions begin alike. */
async function inOrder(items: readonly ContextItem[]): Promise<ContextItem[]> {
  await new FairTurns().pause();
  return items
    .map((item, index) => ({ item, index }))
    .sort(
      (one, other) =>
        one.item.version - other.item.version ||
        (one.item.panelId === other.item.panelId
          ? one.index - other.index
          : one.item.panelId < other.item.panelId
            ? -1
            : 1),
    )
    .map(({ item }) => item);
}

function shownText({ content }: ContextItem, index: number, markup: Markup): string {
  const text = outOfMarkup(content?.textOf(index) ?? '', markup).trimEnd();
  return text.slice(0, shownLength).toWellFormed();
}

function requestKey({ workspace, visible, panels, ...ask }: AskForContext): string {
  const { owner, workspaceId } = workspace;
  return JSON.stringify([owner, workspaceId, visible.patterns ?? null, panels?.patterns ?? null, ask]);
}

function costOf({ parts, omitted }: Context): number {
  return (parts.length + omitted.length) * 300 + 1_000;
}
