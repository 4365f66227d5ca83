import { plainText, shortJson } from '../output/plain-text';

/** One operation of a patch, in a line. */
export function stepText(step: {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}): string {
  return `${step.op} ${plainText(step.path) || '(all)'}${'value' in step ? ` ${shown(step.value)}` : ''}`;
}

/** A value, or that there is none, in a line. */
export function shown(value: unknown): string {
  return value === undefined ? 'nothing' : shortJson(value, 200);
}
