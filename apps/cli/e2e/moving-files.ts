import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FeedEntry } from '@nexus-state/client';
import type { Command } from './command';

/** Lines of NDJSON: panels `panel-0`, `panel-1`, … */
export function panelLines(count: number, state: (index: number) => object = (index) => ({ index })): string {
  const line = (index: number) => JSON.stringify({ panelId: `panel-${index}`, state: state(index) });
  return Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('');
}

/** Writes a file into the folder of a command. */
export function writeFileOf(nexus: Command, name: string, text: string): string {
  const file = path.join(nexus.folder, name);
  writeFileSync(file, text);
  return file;
}

/** The id of an import, out of what the command has printed. */
export function importIdIn(printed: string): string {
  const id = /imp-[0-9a-f]{10}/.exec(printed)?.[0];
  if (id === undefined) throw new Error(`No import id in: ${printed}`);
  return id;
}

/** All changes of a workspace, so far: `count` of them. */
export async function changesOf(nexus: Command, workspace: string, count: number): Promise<FeedEntry[]> {
  const watch = ['watch', workspace, '--since', '0', '--count', String(count), '-o', 'json'];
  const lines = (await nexus.output(watch)).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as FeedEntry);
}

/** The panels of a workspace with their versions. */
export async function versionsOf(nexus: Command, workspace: string): Promise<Record<string, number>> {
  const { stdout } = await nexus.run(['ls', workspace, '-o', 'json']);
  const panels = JSON.parse(stdout || '[]') as { panelId: string; version: number }[];
  return Object.fromEntries(panels.map(({ panelId, version }) => [panelId, version]));
}
