import type { JsonPatch } from '@nexus-state/documents';
import { type PatchText, createdText } from './large';
import type { PanelKey } from './panel-key';
import type { ChangeAbout } from './provenance';
import type { StateContent } from './state-content';

/** What a change did to its panel. */
export type ChangeType = 'created' | 'updated' | 'reverted' | 'deleted';

/** A panel at one version. A deleted panel stays, with its last content, so that its versions go on counting. */
export interface Panel extends StateContent {
  readonly key: PanelKey;
  /** Counts the changes of this panel; 1 is its creation; no gaps. */
  readonly version: number;
  /** When this version was accepted: RFC 3339, UTC, milliseconds. */
  readonly updatedAt: string;
  readonly deleted: boolean;
}

/** Who made a change, and what for. */
export interface ChangeOrigin {
  /** The token's `sub`. */
  readonly actor: string;
  /** `user`, `ai`, `system`, or the caller's own word. */
  readonly triggeredBy: string;
  readonly triggerSource: string | null;
  /** How it came to be, where something is said of it. */
  readonly about?: ChangeAbout | undefined;
}

/** One accepted step of a panel, from `previousVersion` to `version`. Never changed afterwards. */
export interface Change extends ChangeOrigin {
  readonly key: PanelKey;
  readonly changeType: ChangeType;
  readonly previousVersion: number;
  readonly version: number;
  /** Leads from the previous state to the new one; of a creation: adds the whole state at the root. */
  readonly patch: JsonPatch;
  /** The patch as text, where it is large: then `patch` is parsed when it is first asked for. */
  readonly largePatch?: PatchText | undefined;
  /** Bytes of the patch as canonical text. */
  readonly changeSizeBytes: number;
  /** The checksum of the state after this change. */
  readonly checksum: string;
  /** The version its author was looking at, where the change was merged with others since; otherwise null. */
  readonly baseVersion: number | null;
  /** When it was accepted: RFC 3339, UTC, milliseconds. Never earlier than the change before it. */
  readonly occurredAt: string;
  /** The revision of its workspace that it made, alone or together with the other changes of a transaction or a restore. */
  readonly revision: number;
  /** Its place among the changes of its revision, from 1. */
  readonly ordinal: number;
}

/** Whether a change made its panel, or made a deleted one again: then its patch adds the whole state at the root. */
export function bringsIntoBeing(change: Pick<Change, 'changeType' | 'patch' | 'largePatch'>): boolean {
  if (change.changeType !== 'reverted') return change.changeType === 'created';
  if (change.largePatch) return createdText(change.largePatch) !== undefined;
  const [first] = change.patch;
  return first?.op === 'add' && first.path === '';
}

/** How many operations the patch of a change has. */
export function operationsOf(change: Pick<Change, 'patch' | 'largePatch'>): number {
  // Not taken apart: a patch that is parsed when it is asked for would be parsed.
  return change.largePatch ? change.largePatch.operations : change.patch.length;
}

/** The patch of a change as text. */
export function patchTextOf(change: Pick<Change, 'patch' | 'largePatch'>): string {
  return change.largePatch?.text ?? JSON.stringify(change.patch);
}
