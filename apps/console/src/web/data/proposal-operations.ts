import type { JsonPatch, ProposedChange } from '@nexus-state/react';

/** An operation of a proposal, under the number by which it is approved. */
export interface ProposedOperation {
  readonly number: number;
  readonly panelId: string;
  readonly text: string;
}

const mostCharacters = 300;

/** The operations of all changes in order, numbered from 0; a state and a deletion are one each. */
export function operationsOf(changes: readonly ProposedChange[]): readonly ProposedOperation[] {
  return changes
    .flatMap((change) => textsOf(change).map((text) => ({ panelId: change.panelId, text })))
    .map((operation, number) => ({ ...operation, number }));
}

function textsOf(change: ProposedChange): readonly string[] {
  if ('patches' in change) return (change.patches as JsonPatch).map(textOf);
  return 'state' in change ? [`write the state ${shortened(change.state)}`] : ['delete the panel'];
}

function textOf(operation: JsonPatch[number]): string {
  const from = 'from' in operation ? ` from ${operation.from}` : '';
  const value = 'value' in operation ? ` ${shortened(operation.value)}` : '';
  return `${operation.op} ${operation.path || '/'}${from}${value}`;
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}
