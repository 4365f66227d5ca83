import type { FeedEntry } from '@nexus-state/react';
import type { TakeBack } from './turns';

/** Which changes are wanted, as an address names it; what is missing chooses nothing. */
export interface ChangeFilter {
  /** Ids of panels, in which `*` stands for any characters, with commas between. */
  readonly panels?: string | undefined;
  readonly actor?: string | undefined;
  readonly triggeredBy?: string | undefined;
  readonly model?: string | undefined;
  /** Instants, as `2026-11-29T10:00`, of the visitor's own clock. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** The names of what a filter is made of. */
export const filterNames = ['panels', 'actor', 'triggeredBy', 'model', 'since', 'until'] as const;

/** Whether a change lies in the time span of a filter. */
export function isInSpan(
  { since, until }: ChangeFilter,
  { occurredAt }: Pick<FeedEntry, 'occurredAt'>,
): boolean {
  const at = Date.parse(occurredAt);
  return !(at < instantOf(since, -Infinity)) && !(at > instantOf(until, Infinity));
}

/** What takes back the changes that a filter shows; undefined where it says too little, or what cannot be taken back by. */
export function undoOf(filter: ChangeFilter): TakeBack | undefined {
  const { panels, actor, triggeredBy, model } = filter;
  const span = { ...instantFrom('since', filter.since), ...instantFrom('until', filter.until) };
  if (model || !(actor || triggeredBy || Object.keys(span).length > 0)) return undefined;
  const wanted =
    panels
      ?.split(',')
      .map((id) => id.trim())
      .filter(Boolean) ?? [];
  return {
    kind: 'undo',
    criteria: {
      ...(actor ? { actor } : {}),
      ...(triggeredBy ? { triggeredBy } : {}),
      ...span,
      ...(wanted.length > 0 ? { panels: wanted } : {}),
    },
  };
}

function instantFrom(name: 'since' | 'until', text: string | undefined): object {
  const at = instantOf(text, NaN);
  return Number.isNaN(at) ? {} : { [name]: new Date(at).toISOString() };
}

function instantOf(text: string | undefined, otherwise: number): number {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? otherwise : at;
}
