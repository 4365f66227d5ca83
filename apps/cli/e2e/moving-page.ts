import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A command of the page about moving data, and what it prints. */
export interface Example {
  readonly command: string;
  readonly printed: string;
}

const page = path.join(__dirname, '..', '..', '..', 'docs', 'moving.md');

/** What the page about a move without downtime tells to type, in order. */
export function moveWithoutDowntime(): Example[] {
  const text = readFileSync(page, 'utf8');
  const move = text.slice(text.indexOf('## Moving from a database')).replaceAll(/^ {3}/gm, '');
  const found = move.matchAll(/^```sh\n(.*?)^```\n(?:\n```text\n(.*?)^```)?/gms);
  return [...found].map(([, command = '', printed = '']) => ({ command, printed }));
}
