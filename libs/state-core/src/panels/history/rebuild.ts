import {
  type JsonObject,
  canonicalJson,
  isJsonObject,
  type JsonPatch,
  applyPatch,
} from '@nexus-state/documents';
import { type Change, checksumOf } from '../model';
import { fullCopyInterval } from './full-copy';

/** The whole state at a version, as it is kept with some of them. */
export interface FullCopy {
  readonly version: number;
  readonly state: JsonObject;
}

/** What rebuilding needs of a change. */
export type HistoryStep = Pick<Change, 'version' | 'changeType' | 'patch' | 'checksum'>;

/**
 * The version from which a version is rebuilt: that of the newest full copy, or 1, which its creation holds whole.
 * At most 50 patches lead on from there.
 */
export function rebuildStart(version: number): number {
  return Math.max(1, Math.floor(version / fullCopyInterval) * fullCopyInterval);
}

/**
 * The state at a version, as it was accepted then; of a deletion, what was deleted.
 * @param version which one
 * @param copy a full copy at or before it; undefined where the steps reach back to a creation
 * @param steps the changes after the copy, up to and including the version, oldest first, without gaps
 * @throws Error when the steps do not lead to the version, or what they lead to has not the checksum it was accepted
 *   with: history is then damaged, and must not be returned as a state
 */
export function rebuildState(
  version: number,
  copy: FullCopy | undefined,
  steps: readonly HistoryStep[],
): JsonObject {
  checkUnbroken(version, copy, steps);
  // A creation or a replacement of the whole needs nothing of what was before.
  const whole = steps.findLastIndex((step) => wholeState(step.patch) !== undefined);
  if (whole < 0 && !copy)
    throw new Error(`Nothing to rebuild version ${version} from: no full copy, and no creation.`);
  let state =
    whole < 0 ? (copy as FullCopy).state : (wholeState((steps[whole] as HistoryStep).patch) as JsonObject);
  for (const { changeType, patch, version: at } of steps.slice(whole + 1)) {
    // A deletion leaves what it deleted behind; its patch only says that it is gone.
    if (changeType === 'deleted') continue;
    const { value } = applyPatch(state, patch);
    if (!isJsonObject(value)) throw new Error(`The history of a panel leads to no state at version ${at}.`);
    state = value;
  }
  const expected = steps.at(-1)?.checksum;
  if (expected !== undefined && checksumOf(canonicalJson(state)) !== expected) {
    throw new Error(
      `The history of a panel does not lead to the state that version ${version} had: the checksum differs.`,
    );
  }
  return state;
}

function checkUnbroken(version: number, copy: FullCopy | undefined, steps: readonly HistoryStep[]): void {
  const first = copy ? copy.version + 1 : (steps[0]?.version ?? NaN);
  const unbroken = steps.every((step, index) => step.version === first + index);
  if (!unbroken || first + steps.length - 1 !== version) {
    throw new Error(`The changes given do not lead to version ${version} without gaps.`);
  }
}

/** The state that a patch puts in place of everything; undefined when it does something else. */
function wholeState(patch: JsonPatch): JsonObject | undefined {
  const [only] = patch;
  if (patch.length !== 1 || (only?.op !== 'add' && only?.op !== 'replace') || only.path !== '')
    return undefined;
  return isJsonObject(only.value) ? only.value : undefined;
}
