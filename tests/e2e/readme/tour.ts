import { readFileSync } from 'node:fs';
import path from 'node:path';

const readme = path.resolve(__dirname, '../../../README.md');

/** What a reader pastes, and what the text below it says will come of that. */
export interface Block {
  /** The heading above it. */
  readonly heading: string;
  /** Lines for a shell. */
  readonly command: string;
  /** The prose between this block and the next one. */
  readonly text: string;
}

/** The blocks of the tour, in order. */
export function tourBlocks(): Block[] {
  const whole = readFileSync(readme, 'utf8');
  const tour = whole.slice(whole.indexOf('## A tour'), whole.indexOf('## Where things are'));
  const found = tour.matchAll(/^```sh\n(?<command>[^]*?)^```$(?<text>[^]*?)(?=^```sh$|$(?![^]))/gm);
  let heading = '';
  return [...found].flatMap(({ groups }) => {
    const { command, text } = groups as Record<string, string>;
    if (command === undefined || text === undefined) return [];
    const block = { heading, command, text };
    heading = /^### (.*)$/m.exec(text)?.[1] ?? heading;
    return [block];
  });
}

/** Whether a block goes on until Ctrl-C: it follows changes. */
export const staysOpen = ({ command }: Block): boolean => /api -N |socket\.on/.test(command);

/** Members that the text offers for a request; the blocks do not print them. */
const offered = ['onConflict', 'mode'];

/** What the text says that the block prints: statuses, codes of problems, members of JSON. */
export function promised({ text }: Block, codes: readonly string[]): string[] {
  const quoted = [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => (code as string).replaceAll(/\s+/g, ' '));
  return quoted.filter((code) => {
    const member = /^"(\w+)": /.exec(code)?.[1];
    return member ? !offered.includes(member) : /^\d{3}\b/.test(code) || codes.includes(code);
  });
}

/** The codes of the problems that a block printed. */
export function problemsIn(output: string): string[] {
  return [...output.matchAll(/"error":"(\w+)"/g)].map(([, code]) => code as string);
}
