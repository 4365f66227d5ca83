import { createReadStream, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import picocolors from 'picocolors';
import { Failure, Interrupted, UsageError } from './failures';

/** The streams of a process; a terminal says `isTTY`. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

/** How to write. */
export interface TerminalOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** False with `--no-color`. */
  readonly color: boolean;
  /** Leaves out everything but data and errors. */
  readonly quiet: boolean;
  readonly signal: AbortSignal;
}

type Colors = ReturnType<typeof picocolors.createColors>;

/** Where a command reads and writes: data on standard output, everything else on standard error. */
export class Terminal {
  /** Colours for standard output; they do nothing where it is no terminal. */
  readonly colors: Colors;
  readonly #errorColors: Colors;
  #hasStatus = false;

  constructor(
    private readonly streams: Streams,
    private readonly options: TerminalOptions,
  ) {
    this.colors = picocolors.createColors(this.#isColored(streams.stdout));
    this.#errorColors = picocolors.createColors(this.#isColored(streams.stderr));
  }

  get quiet(): boolean {
    return this.options.quiet;
  }

  /** Standard input, to be read bit by bit. */
  get inputStream(): Readable {
    if (this.streams.stdin.isTTY) this.note('Reading standard input; Ctrl-D ends it.');
    return this.streams.stdin;
  }

  /** How wide the terminal is that progress is shown on; undefined where there is none, or with `--quiet`. */
  get columns(): number | undefined {
    const { isTTY, columns } = this.streams.stderr;
    return isTTY && !this.options.quiet ? columns || 80 : undefined;
  }

  /** Shows a line that the next one replaces, on a terminal only; an empty one takes it away. */
  status(text: string): void {
    if (this.columns === undefined || (text === '' && !this.#hasStatus)) return;
    this.#hasStatus = text !== '';
    this.streams.stderr.write(`\r${text}\u001b[K`);
  }

  /** Writes data, and waits while the reader is slow. */
  async data(text: string | Uint8Array): Promise<void> {
    const { stdout } = this.streams;
    if (stdout.write(text)) return;
    await new Promise<void>((resolve) => {
      stdout.once('drain', resolve);
      stdout.once('close', resolve);
    });
  }

  /** Writes a line of data. */
  line(text: string): Promise<void> {
    return this.data(`${text}\n`);
  }

  /** Tells a person something: not data, and left out with `--quiet`. */
  note(text: string): void {
    if (this.options.quiet) return;
    this.status('');
    this.streams.stderr.write(`${this.#errorColors.dim(text)}\n`);
  }

  /** Tells of a failure. The first line says what happened. */
  failure([first, ...rest]: readonly string[]): void {
    const { red, dim } = this.#errorColors;
    this.status('');
    if (first === undefined) return;
    this.streams.stderr.write([red(first), ...rest.map((line) => dim(line))].join('\n') + '\n');
  }

  /** Everything on standard input. */
  async input(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    const { inputStream } = this;
    const stop = (): unknown => inputStream.destroy();
    this.options.signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const chunk of inputStream) chunks.push(Buffer.from(chunk as Uint8Array));
    } finally {
      this.options.signal.removeEventListener('abort', stop);
    }
    return Buffer.concat(chunks);
  }

  /**
   * Asks before something that cannot be taken back.
   * @param option what a script says instead, such as `--yes`
   * @throws UsageError where nobody can be asked; Failure where the answer is no
   */
  async confirm(question: string, option: string): Promise<void> {
    const keyboard = this.#keyboard();
    if (!keyboard) {
      throw new UsageError(
        `${question} Without a terminal this needs ${option}.`,
        `add ${option} to the command`,
      );
    }
    const answer = await this.#ask(keyboard, `${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('Nothing was changed.');
  }

  /** Asks, and gives the answer; an empty one where the keyboard is closed. */
  async #ask(keyboard: Readable, question: string): Promise<string> {
    const { signal } = this.options;
    const lines = createInterface({ input: keyboard, output: this.streams.stderr });
    let stop = (): void => undefined;
    try {
      return await new Promise<string>((resolve, reject) => {
        stop = () => reject(signal.reason as Error);
        signal.addEventListener('abort', stop, { once: true });
        // While a question is asked, Ctrl-C is a key like any other, and no signal.
        lines.once('SIGINT', () => reject(new Interrupted()));
        lines.once('close', () => resolve(''));
        lines.question(question, resolve);
      });
    } finally {
      signal.removeEventListener('abort', stop);
      lines.close();
      if (keyboard !== this.streams.stdin) keyboard.destroy();
    }
  }

  /** Where a person answers: also while standard input is a pipe. */
  #keyboard(): Readable | undefined {
    const { stdin, stderr } = this.streams;
    if (!stderr.isTTY) return undefined;
    if (stdin.isTTY) return stdin;
    try {
      return createReadStream('', { fd: openSync('/dev/tty', 'r') });
    } catch {
      return undefined;
    }
  }

  /** See https://no-color.org: what counts is that the variable is there, and not empty. */
  #isColored(stream: { readonly isTTY?: boolean }): boolean {
    const { color, env } = this.options;
    if (!color || env['NO_COLOR']) return false;
    if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
    return stream.isTTY === true && env['TERM'] !== 'dumb';
  }
}
