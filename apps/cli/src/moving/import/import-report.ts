/** A part of the source that was not imported, and why. */
export interface Problem {
  readonly place: string;
  readonly problem: string;
}

/** How many problems are told one by one. */
const told = 100;

/** What an import has done, or would do. */
export class ImportReport {
  created = 0;
  replaced = 0;
  /** What held the same state already. */
  unchanged = 0;
  /** What was there, and was to be left alone. */
  skipped = 0;
  /** What the runs before this one have done. */
  earlier = 0;
  failed = 0;
  readonly problems: Problem[] = [];

  /** How many panels and problems there were. */
  get total(): number {
    return this.created + this.replaced + this.unchanged + this.skipped + this.earlier + this.failed;
  }

  /** Adds a problem; the first hundred are kept. */
  add(problem: Problem): void {
    this.failed++;
    if (this.problems.length < told) this.problems.push(problem);
  }

  /** The counts in one line. */
  summary(isDryRun: boolean): string {
    const parts: readonly (readonly [count: number, name: string])[] = [
      [this.created, isDryRun ? 'to create' : 'created'],
      [this.replaced, isDryRun ? 'to replace' : 'replaced'],
      [this.unchanged, 'unchanged'],
      [this.skipped, 'left as they are'],
      [this.earlier, 'imported before'],
      [this.failed, 'not imported'],
    ];
    const [created, replaced, unchanged, ...others] = parts;
    const shown = [created, replaced, unchanged, ...others.filter(([count]) => count > 0)];
    return shown.map((part) => part?.join(' ')).join(', ');
  }

  /** For `--output json`. */
  toJSON(): object {
    const { created, replaced, unchanged, skipped, earlier, failed, problems } = this;
    return { created, replaced, unchanged, skipped, earlier, failed, problems };
  }
}
