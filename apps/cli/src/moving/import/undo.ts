import type { WorkspaceHandle } from '@nexus-state/client';
import { isRefusal } from '../../cli/report';
import { checksumOf } from '../checksum';
import { inParallel } from '../pool';
import { batchLimits } from './batches';
import type { Journal, Made } from './journal';
import { batchRefusal } from './refusals';

/** A panel that was changed after the import, and was left alone. */
export interface LeftPanel {
  readonly panelId: string;
  /** The version that the import made. */
  readonly imported: number;
  readonly version: number;
}

/** What taking an import back has done. */
export interface UndoReport {
  deleted: number;
  reverted: number;
  /** What others have taken back, or an earlier run. */
  already: number;
  readonly left: LeftPanel[];
}

type MadePanel = readonly [panelId: string, made: Made];

const atOnce = 8;

/** Takes back what an import made, as far as nobody has changed it since. */
export class Undo {
  readonly report: UndoReport = { deleted: 0, reverted: 0, already: 0, left: [] };
  #done = 0;

  constructor(
    private readonly workspace: WorkspaceHandle,
    private readonly journal: Journal,
    private readonly signal: AbortSignal,
    /** Called with the part that is done, from 0 to 1. */
    private readonly onProgress: (part: number, panels: number) => void,
  ) {}

  async run(): Promise<void> {
    const made = [...this.journal.made];
    const created = made.filter(([, { before }]) => before === null);
    const replaced = made.filter(([, { before }]) => before !== null);
    for (const batch of inSlices(created)) await this.#delete(batch);
    for (const batch of inSlices(replaced)) {
      this.signal.throwIfAborted();
      await inParallel(batch, atOnce, (panel) => this.#revert(panel));
      this.#advance(batch.length);
    }
  }

  #advance(count: number): void {
    this.#done += count;
    this.onProgress(this.#done / this.journal.made.size, this.#done);
  }

  /** Deletes what the import created, as one transaction. Where that is refused, each panel is looked at. */
  async #delete(batch: readonly MadePanel[]): Promise<void> {
    this.signal.throwIfAborted();
    if (!(await this.#deleteTogether(batch))) {
      // Others may change panels while they are looked at: what is then refused again is deleted one by one.
      const same = (await inParallel(batch, atOnce, (panel) => this.#isAsMade(panel))).flat();
      if (!(await this.#deleteTogether(same)))
        await inParallel(same, atOnce, (panel) => this.#deleteOne(panel));
    }
    this.#advance(batch.length);
  }

  async #deleteTogether(batch: readonly MadePanel[]): Promise<boolean> {
    if (batch.length === 0) return true;
    const operations = batch.map(([panelId, { version }]) => ({ op: 'delete', panelId, version }) as const);
    try {
      const origin = { triggeredBy: 'import-undo', triggerSource: this.journal.header.id };
      await this.workspace.transaction(operations, { ...origin, signal: this.signal });
      this.report.deleted += batch.length;
      return true;
    } catch (error) {
      if (batchRefusal(error)) return false;
      throw error;
    }
  }

  async #deleteOne(panel: MadePanel): Promise<void> {
    for (let deleted = false; !deleted;) {
      if ((await this.#isAsMade(panel)).length === 0) return;
      deleted = await this.#deleteTogether([panel]);
    }
  }

  /** The panel, where it is still what the import made; where not, the report says what became of it. */
  async #isAsMade([panelId, made]: MadePanel): Promise<MadePanel[]> {
    const version = await this.#version(panelId);
    if (version === made.version) return [[panelId, made]];
    if (version === undefined) this.report.already++;
    else this.report.left.push({ panelId, imported: made.version, version });
    return [];
  }

  async #version(panelId: string): Promise<number | undefined> {
    try {
      return (await this.workspace.panel(panelId).get({ fresh: true, signal: this.signal })).version;
    } catch (error) {
      if (isRefusal(error) && error.code === 'not_found') return undefined;
      throw error;
    }
  }

  /** Brings the version before the import back. */
  async #revert([panelId, made]: MadePanel): Promise<void> {
    const panel = this.workspace.panel(panelId);
    const { signal, report } = this;
    const before = made.before as number;
    try {
      await panel.revert(before, { version: made.version, signal });
      report.reverted++;
    } catch (error) {
      if (!isRefusal(error) || ![404, 409, 412].includes(error.status)) throw error;
      const version = await this.#version(panelId);
      if (version === undefined)
        return void report.left.push({ panelId, imported: made.version, version: 0 });
      const [then, now] = await Promise.all([
        panel.get({ version: before, signal }),
        panel.get({ version, signal }),
      ]);
      if (checksumOf(then.state) === checksumOf(now.state)) report.already++;
      else report.left.push({ panelId, imported: made.version, version });
    }
  }
}

function* inSlices(panels: readonly MadePanel[]): Generator<readonly MadePanel[], void> {
  for (let from = 0; from < panels.length; from += batchLimits.count) {
    yield panels.slice(from, from + batchLimits.count);
  }
}
