import {
  type Append,
  FairTurns,
  type FencedLock,
  bringsIntoBeing,
  countStateVariables,
} from '@nexus-state/state-core';
import type { Writing } from './writing';

/** Panels after their changes, and all changes in order, as statements take them: the elements of two JSON lists. */
export async function appendTexts(
  batch: readonly Append[],
  writing: Writing,
): Promise<{ panelTexts: string[]; changeTexts: string[] }> {
  const turns = new FairTurns();
  const [panelTexts, changeTexts]: [string[], string[]] = [[], []];
  let ordinal = typeof writing === 'object' ? writing.ordinal : 1;
  for (const append of batch) {
    panelTexts.push(panelJson(append));
    changeTexts.push(...changesJson(append, writing === 'each' ? undefined : ordinal));
    ordinal += append.changes.length;
    // Many panels together may be large, where each is small.
    if (turns.isOver) await turns.pause();
  }
  return { panelTexts, changeTexts };
}

// Composed by hand so that the state's text, already at hand, is not parsed and printed again.
/** A panel after its changes, as a statement takes it. */
function panelJson({ key, expectedVersion, changes, result, lock }: Append): string {
  return `{${keyJson(key)},"expected":${expectedVersion},"version":${result.version},"checksum":"${result.checksum}","size":${result.stateSizeBytes},"variables":${result.stateVariables ?? countStateVariables(result.state)},"deleted":${result.deleted},"creates":${changes.some(bringsIntoBeing)},"state":${result.stateText}${lock ? lockJson(lock) : ''}}`;
}

function lockJson({ owner, name, fencingToken }: FencedLock): string {
  return `,"lock_owner":${JSON.stringify(owner)},"lock_name":"${name}","fence":${fencingToken}`;
}

/**
 * Changes as a statement takes them.
 * @param ordinal the place of the first change among those of its revision; each is the only one where not given
 */
function changesJson({ key, changes }: Append, ordinal: number | undefined): string[] {
  return changes.map((change, index) => {
    const {
      version,
      changeType: type,
      triggeredBy: by,
      triggerSource: source,
      actor,
      changeSizeBytes: size,
      stateSizeBytes: bytes,
    } = change;
    const { checksum, baseVersion: base, idempotencyKey, patchText, fullCopy, about } = change;
    const fields = JSON.stringify({
      version,
      type,
      by,
      source,
      actor,
      size,
      checksum,
      base,
      key: idempotencyKey,
      ordinal: ordinal === undefined ? 1 : ordinal + index,
      bytes,
      about,
    });
    const copy = fullCopy === undefined ? '' : `,"copy":${fullCopy}`;
    return `{${keyJson(key)},"patch":${patchText}${copy},${fields.slice(1)}`;
  });
}

function keyJson({ owner, workspaceId, panelId }: Append['key']): string {
  return `"owner":${JSON.stringify(owner)},"workspace_id":${JSON.stringify(workspaceId)},"panel_id":${JSON.stringify(panelId)}`;
}
