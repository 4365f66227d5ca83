import type { Terminal } from '../cli/terminal';
import { coloredJson, jsonText } from './json';
import { plainText } from './plain-text';
import { type Column, table } from './table';

/** What `--output` takes. */
export const outputs = ['json', 'yaml', 'table'] as const;
export type Output = (typeof outputs)[number];

/** Prints what commands give, as `--output` asks for it. */
export class Printer {
  constructor(
    private readonly terminal: Terminal,
    /** What was asked for; undefined leaves it to the command. */
    readonly output: Output | undefined,
  ) {}

  /** Prints a list: a table unless asked otherwise. */
  async list<T>(rows: readonly T[], columns: readonly Column<T>[], ifEmpty: string): Promise<void> {
    if (this.output === 'json' || this.output === 'yaml') return this.value(rows);
    if (rows.length === 0) return this.terminal.note(ifEmpty);
    await this.terminal.data(table(rows, columns, this.terminal.colors.bold));
  }

  /** Prints a value: JSON unless asked otherwise. */
  async value(value: unknown): Promise<void> {
    if (this.output === 'yaml') return this.terminal.data(await yamlText(value));
    const isColored = this.terminal.colors.isColorSupported;
    await this.terminal.line(isColored ? coloredJson(value, this.terminal.colors) : jsonText(value));
  }

  /** Prints one record: its fields in lines unless asked otherwise. */
  async record(record: object): Promise<void> {
    if (this.output === 'json' || this.output === 'yaml') return this.value(record);
    const fields = Object.entries(record).filter(([, value]) => value !== undefined);
    const width = Math.max(...fields.map(([name]) => name.length)) + 2;
    for (const [name, value] of fields) {
      const text = plainText(typeof value === 'string' ? value : JSON.stringify(value));
      await this.terminal.line(this.terminal.colors.bold(name.padEnd(width)) + text);
    }
  }

  /** Confirms a write: one line, or the answer of the service. Left out with `--quiet`. */
  async written(line: string, answer: unknown): Promise<void> {
    if (this.output === 'json' || this.output === 'yaml') return this.value(answer);
    if (!this.terminal.quiet) await this.terminal.line(line);
  }

  /** Prints one of a row of events: a line of text, a line of JSON, or a document of YAML. */
  async event(event: unknown, line: string): Promise<void> {
    if (this.output === 'json') return this.terminal.line(JSON.stringify(event));
    if (this.output === 'yaml') return this.terminal.data(`---\n${await yamlText(event)}`);
    await this.terminal.line(line);
  }
}

async function yamlText(value: unknown): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
