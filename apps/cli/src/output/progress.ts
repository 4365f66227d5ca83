import type { Terminal } from '../cli/terminal';

/** How far a long piece of work is. */
export interface Step {
  /** From 0 to 1; undefined where it is not known how much there is. */
  readonly part: number | undefined;
  /** How many panels are done. */
  readonly panels: number;
  readonly elapsedMs: number;
}

const barWidth = 24;
/** How often a terminal is drawn to, and how often a line is written elsewhere. */
const intervals = { drawnMs: 100, lineMs: 5_000 };

/** The line of a progress bar, as wide as the terminal at most: what does not fit is the end of the label. */
export function barText(label: string, step: Step, columns: number): string {
  const filled = Math.round(barWidth * (step.part ?? 0));
  const bar = step.part === undefined ? '' : `[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}] `;
  return `${bar}${stepText(step)}: ${label}`.slice(0, Math.max(0, columns - 1));
}

/** The same in words, for a log. */
export function stepText({ part, panels, elapsedMs }: Step): string {
  const percent = part === undefined ? [] : [`${Math.floor(100 * part)} %`];
  const rate = elapsedMs < 1_000 ? [] : [`${Math.round((1_000 * panels) / elapsedMs)}/s`];
  const rest =
    part === undefined || part <= 0 || part >= 1 || elapsedMs < 2_000
      ? []
      : [`${durationText((elapsedMs * (1 - part)) / part)} left`];
  return [...percent, `${panels} panels`, ...rate, ...rest].join(', ');
}

function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Shows how far a piece of work is: a bar on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #begun = Date.now();
  #shown = Date.now();

  constructor(
    private readonly terminal: Terminal,
    private readonly label: string,
  ) {}

  /** Shows a new step, unless one was shown just now. */
  show(part: number | undefined, panels: number): void {
    const now = Date.now();
    const step = { part, panels, elapsedMs: now - this.#begun };
    const { columns } = this.terminal;
    if (now - this.#shown < (columns === undefined ? intervals.lineMs : intervals.drawnMs)) return;
    this.#shown = now;
    if (columns === undefined) this.terminal.note(`${this.label}: ${stepText(step)}`);
    else this.terminal.status(barText(this.label, step, columns));
  }

  /** Takes the bar away, and says how long it took. */
  end(panels: number): void {
    this.terminal.status('');
    const elapsedMs = Date.now() - this.#begun;
    const rate = elapsedMs < 1_000 ? '' : `, ${Math.round((1_000 * panels) / elapsedMs)}/s`;
    this.terminal.note(`${this.label}: ${panels} panels in ${(elapsedMs / 1_000).toFixed(1)} s${rate}`);
  }

  /** Takes the bar away. */
  clear(): void {
    this.terminal.status('');
  }
}
