import type { Context } from '../cli/context';
import { plainText, shortJson } from '../output/plain-text';

type Step = { readonly op: string; readonly path: string; readonly value?: unknown };

/** One operation of a patch, in a line. */
export function stepText(step: Step): string {
  return `${step.op} ${plainText(step.path) || '(all)'}${'value' in step ? ` ${shown(step.value)}` : ''}`;
}

/** A value, or that there is none, in a line. */
export function shown(value: unknown): string {
  return value === undefined ? 'nothing' : shortJson(value, 200);
}

/** What becomes of a panel: its version, and each operation. */
export function changeLines({
  panelId,
  version,
  patch,
}: {
  readonly panelId: string;
  readonly version: number;
  readonly patch: readonly Step[];
}): string[] {
  return [`  ${panelId} version ${version}`, ...patch.map((step) => `    ${stepText(step)}`)];
}

/** Prints lines under a title. */
export async function printSection(context: Context, title: string, lines: readonly string[]): Promise<void> {
  const { bold } = context.terminal.colors;
  await context.terminal.data(`\n${bold(title)}\n${lines.map((line) => `${line}\n`).join('')}`);
}
