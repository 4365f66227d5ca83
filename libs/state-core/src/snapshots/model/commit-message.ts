import type { SnapshotRequest } from './snapshot-request';

/** A name and address as a commit carries them. */
export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** The committer of every snapshot, for any requester. `.invalid` never resolves (RFC 2606). */
export const snapshotCommitter: Identity = { name: 'Nexus State', email: 'snapshots@nexus-state.invalid' };

/**
 * The message of a snapshot's commit: the description, or `State snapshot at <time>`, and the trailers
 * `Snapshot-Id`, `Snapshot-Type` and `Workspace-Revision`, always in a paragraph of their own so that no description can pass
 * for them.
 * @param held the instant of the snapshot (RFC 3339), and the revision of the workspace then
 */
export function commitMessage(
  { snapshotId, type, description }: SnapshotRequest,
  { at, revision }: { readonly at: string; readonly revision: number | undefined },
): string {
  const text = cleanText(description ?? '') || `State snapshot at ${at}`;
  const trailers = [`Snapshot-Id: ${snapshotId}`, `Snapshot-Type: ${type}`];
  if (revision !== undefined) trailers.push(`Workspace-Revision: ${revision}`);
  return `${text}\n\n${trailers.join('\n')}\n`;
}

/**
 * Who asked, as a commit's author. What git cannot hold in a name or address is percent-encoded.
 * @param actor a token's `sub`, or `system`
 */
export function authorOf(actor: string): Identity {
  // Git ends a name at "<" and a line at a control character; its own tools strip spaces at the ends.
  const name = encodeMatches(actor.trim(), /[\u0000-\u001f\u007f<>]/g) || 'unknown';
  const address = encodeMatches(name, /\s/g);
  return { name, email: address.includes('@') ? address : `${address}@nexus-state.invalid` };
}

function cleanText(text: string): string {
  const lines = text.toWellFormed().replace(/\r\n?/g, '\n');
  return lines.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '').trim();
}

function encodeMatches(text: string, pattern: RegExp): string {
  return text.toWellFormed().replace(pattern, (match) => encodeURIComponent(match));
}
