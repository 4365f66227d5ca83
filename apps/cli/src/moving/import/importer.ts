import type { WorkspaceHandle } from '@nexus-state/client';
import { isRefusal } from '../../cli/report';
import { checksumOf } from '../checksum';
import { inParallel } from '../pool';
import { type FoundState, type Source, isBad } from '../source/source';
import { inBatches } from './batches';
import type { ImportReport } from './import-report';
import type { Journal } from './journal';
import { type Existing, type Plan, type Present, planFor } from './plan';
import { batchRefusal } from './refusals';
import { BatchWriter, type ToWrite } from './batch-writer';

/** What an import works with. */
export interface ImportOptions {
  readonly existing: Existing;
  /** Undefined for a dry run, which writes nothing. */
  readonly journal: Journal | undefined;
  readonly report: ImportReport;
  /** Called after each batch. */
  readonly onProgress: () => void;
  /** Ends the import between two batches. */
  readonly signal: AbortSignal;
}

/** How many panels are read at the same time. */
const reads = 8;
/** How often a panel that others keep changing is looked at again. */
const attempts = 5;

/** Brings the panels of a source into a workspace. */
export class Importer {
  readonly #known = new Set<string>();
  readonly #writer: BatchWriter | undefined;

  constructor(
    private readonly workspace: WorkspaceHandle,
    private readonly options: ImportOptions,
  ) {
    const { journal } = options;
    this.#writer = journal && new BatchWriter(workspace, journal, options.signal);
  }

  /** Reads the whole source, and writes what is new in it. */
  async run(source: Source): Promise<void> {
    const { signal, onProgress } = this.options;
    await this.#writer?.settle();
    await this.#findKnown();
    for await (const batch of inBatches(this.#panels(source))) {
      signal.throwIfAborted();
      await this.#move(await this.#planned(batch));
      onProgress();
    }
    signal.throwIfAborted();
  }

  /** The panels of the source that are to be looked at: each id once, and none that this import has written already. */
  async *#panels(source: Source): AsyncGenerator<FoundState, void> {
    const { report, journal, signal, onProgress } = this.options;
    const seen = new Set<string>();
    for await (const item of source.items(signal)) {
      if (isBad(item)) report.add(item);
      else if (seen.has(item.panelId)) {
        report.add({ place: item.place, problem: `has panel "${item.panelId}" again; the first one counts` });
      } else {
        seen.add(item.panelId);
        if (journal?.made.get(item.panelId)?.checksum !== checksumOf(item.state)) {
          yield item;
          continue;
        }
        report.earlier++;
      }
      onProgress();
    }
  }

  /** Panels that are not there need not be read one by one. */
  async #findKnown(): Promise<void> {
    const { signal } = this.options;
    const pages = this.workspace.panels({ signal });
    try {
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await pages.page({ limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
        for (const { panelId } of page.items) this.#known.add(panelId);
        cursor = page.nextCursor;
      }
    } catch (error) {
      // The first panel creates the workspace.
      if (!isRefusal(error) || error.code !== 'not_found') throw error;
    }
  }

  async #planned(batch: readonly FoundState[]): Promise<ToWrite[]> {
    const planned = await inParallel(batch, reads, async (item) => ({
      item,
      plan: this.#known.has(item.panelId) ? await this.#plan(item) : ({ action: 'create' } as const),
    }));
    return planned.flatMap(({ item, plan }) => this.#counted(item, plan));
  }

  async #plan(item: FoundState): Promise<Plan> {
    return planFor(item.state, await this.#present(item.panelId), this.options.existing);
  }

  async #present(panelId: string): Promise<Present | undefined> {
    try {
      return await this.workspace.panel(panelId).get({ fresh: true, signal: this.options.signal });
    } catch (error) {
      if (isRefusal(error) && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  /** What is to be written; what is not is counted. */
  #counted({ place, panelId, state }: FoundState, plan: Plan): ToWrite[] {
    const { report } = this.options;
    if (plan.action === 'unchanged') report.unchanged++;
    if (plan.action === 'skip') report.skipped++;
    if (plan.action !== 'create' && plan.action !== 'replace') return [];
    return [{ place, panelId, state, before: plan.action === 'replace' ? plan.before : null, attempt: 1 }];
  }

  /** Writes a batch. What the service refuses of it is taken out, and the rest is sent again. */
  async #move(batch: readonly ToWrite[]): Promise<void> {
    const { report } = this.options;
    if (!this.#writer) return this.#count(batch);
    for (const waiting = [batch]; waiting.length > 0;) {
      const next = waiting.shift() as readonly ToWrite[];
      if (next.length === 0) continue;
      try {
        await this.#writer.write(next);
        this.#count(next);
      } catch (error) {
        const refusal = batchRefusal(error);
        if (!refusal) throw error;
        const { isConflict, message } = refusal;
        const index = next.length === 1 ? 0 : refusal.index;
        const blamed = index === undefined ? undefined : next[index];
        if (!blamed) {
          const half = Math.ceil(next.length / 2);
          waiting.unshift(next.slice(0, half), next.slice(half));
        } else {
          const again = isConflict && blamed.attempt < attempts ? await this.#again(blamed) : undefined;
          if (!again) report.add({ place: blamed.place, problem: `panel "${blamed.panelId}": ${message}` });
          waiting.unshift([...next.filter((one) => one !== blamed), ...(again ?? [])]);
        }
      }
    }
  }

  /** Looks again at a panel that others have changed meanwhile. */
  async #again(panel: ToWrite): Promise<ToWrite[]> {
    const item = { ...panel, bytes: 0 };
    const planned = this.#counted(item, await this.#plan(item));
    return planned.map((one) => ({ ...one, attempt: panel.attempt + 1 }));
  }

  #count(batch: readonly ToWrite[]): void {
    const { report } = this.options;
    for (const { before } of batch) {
      if (before === null) report.created++;
      else report.replaced++;
    }
  }
}
