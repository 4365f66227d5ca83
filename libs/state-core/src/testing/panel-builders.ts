import { randomUUID } from 'node:crypto';
import {
  type JsonObject,
  type JsonValue,
  canonicalJson,
  type JsonPatch,
  compareStates,
} from '@nexus-state/documents';
import {
  type Append,
  type ChangeType,
  type NewChange,
  type PanelKey,
  defaultLimits,
  stateContent,
} from '../panels/model';

/** A key that no other test uses. */
export function aPanelKey(overrides: Partial<PanelKey> = {}): PanelKey {
  return { owner: `owner-${randomUUID()}`, workspaceId: 'ws', panelId: 'panel', ...overrides };
}

/** What a step of a chain is to be; everything has a default. */
export interface Step {
  readonly state: JsonObject;
  readonly changeType?: ChangeType;
  readonly actor?: string;
}

/**
 * A chain of changes to append.
 * @param expectedVersion the version the first step starts from
 * @param steps the states the panel goes through
 * @param before the state the first step starts from
 */
export function anAppend(
  key: PanelKey,
  expectedVersion: number,
  steps: readonly Step[],
  before: JsonObject = {},
): Append {
  const changes = steps.map(({ state, changeType, actor }, index): NewChange => {
    const previousVersion = expectedVersion + index;
    const type = changeType ?? (previousVersion === 0 ? 'created' : 'updated');
    const from = steps[index - 1]?.state ?? before;
    const patch: JsonPatch =
      type === 'created' ? [{ op: 'add', path: '', value: state }] : compareStates(from, state);
    const patchText = canonicalJson(patch as unknown as JsonValue);
    const { checksum, stateSizeBytes } = stateContent(state, defaultLimits);
    return {
      key,
      changeType: type,
      previousVersion,
      version: previousVersion + 1,
      patch,
      patchText,
      changeSizeBytes: Buffer.byteLength(patchText),
      checksum,
      stateSizeBytes,
      baseVersion: null,
      actor: actor ?? key.owner,
      triggeredBy: 'user',
      triggerSource: null,
    };
  });
  const last = steps.at(-1) as Step;
  return {
    key,
    expectedVersion,
    changes,
    result: {
      ...stateContent(last.state, defaultLimits),
      key,
      version: expectedVersion + steps.length,
      deleted: last.changeType === 'deleted',
    },
  };
}
