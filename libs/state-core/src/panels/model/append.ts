import type { Change, Panel } from './panel';
import type { PanelKey } from './panel-key';

/** A change of which it does not matter, or is not known yet, when it was accepted. */
export type UndatedChange = Omit<Change, 'occurredAt'>;

/** A change as a writer proposes it; the store adds when it was accepted. */
export interface NewChange extends UndatedChange {
  /** The key under which a retry of the same request finds this change; at most one change of a panel has it. */
  readonly idempotencyKey?: string | undefined;
  /** The patch as canonical text. */
  readonly patchText: string;
  /** The text of the whole state after this change, where a full copy is due. */
  readonly fullCopy?: string | undefined;
}

/** One or more changes of one panel, in order, to be appended together. */
export interface Append {
  readonly key: PanelKey;
  /** The panel's version before the first change; 0 where it was never created. */
  readonly expectedVersion: number;
  /** At least one, each one version after the one before it. */
  readonly changes: readonly NewChange[];
  /** The panel after the last change. */
  readonly result: Omit<Panel, 'updatedAt'>;
}

/** What became of one append. Losing a race is normal: it is an answer, not an error. */
export type AppendOutcome =
  { readonly outcome: 'appended'; readonly occurredAt: string } | { readonly outcome: 'version-mismatch' };

/**
 * Decides on an append while the panel is held for it alone.
 * @param panel the panel as it is; undefined where it was never created
 * @param find looks for the change that was made under an idempotency key
 * @returns undefined to append nothing
 */
export type BuildAppend = (
  panel: Panel | undefined,
  find: (idempotencyKey: string) => Promise<Change | undefined>,
) => Promise<Append | undefined>;
