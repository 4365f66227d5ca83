import type { JsonObject } from '@nexus-state/documents';
import { VersionConflict } from '../../errors';
import type { FencedLock } from '../../locks/model';
import type { GroupCommit, Written } from '../group-commit';
import {
  type IdempotentRequest,
  type Limits,
  type ChangeOrigin,
  type PanelKey,
  type ProposalStub,
  type ReadChangesSince,
  type UndatedChange,
  operationsOf,
} from '../model';
import type { PanelCopies } from '../copies';
import { type HistoryPorts, pastContent } from '../read-version';
import { renewCopy } from '../renew-copy';
import type { EditRequest, UnseenHistory } from './decide-edit';
import type { ConflictPolicy, Edit } from './edit';
import type { Expectation } from './expectation';
import { prepareEdit } from './prepare-edit';

/** An edit of one panel, and what it was based on. */
export interface EditPanel {
  readonly key: PanelKey;
  readonly edit: Edit;
  /** Where the edit is in the request, for messages (RFC 6901). */
  readonly at?: string | undefined;
  readonly expectation: Expectation;
  readonly onConflict: ConflictPolicy;
  readonly origin: ChangeOrigin;
  /** The request whose idempotency key is claimed with the change. */
  readonly request?: IdempotentRequest | undefined;
  /** The lock that the edit is made under: refused where another number of it is the newest. */
  readonly lock?: FencedLock | undefined;
  /** What the answer says beside the change; a repeated request gets it, too. */
  readonly facts?: JsonObject | undefined;
  /** As what the edit proposes what it loses, where it yields. */
  readonly proposes?: ProposalStub | undefined;
}

/** Group commit as panels use it. */
export type PanelCommit = GroupCommit<EditRequest, UnseenHistory>;

/** What an edit needs. */
export interface EditPorts extends HistoryPorts {
  readonly commit: Pick<PanelCommit, 'write'>;
  readonly copies: PanelCopies;
  readonly limits: Limits;
}

/** More changes than this since an author's version are not merged over: the author must read the panel again. */
const maxUnseenChanges = 5_000;
/** Nor changes with more operations than this in all, or more bytes than four states, or than these. */
const maxUnseenOperations = 10_000;
const minUnseenBytes = 4 * 1024 * 1024;
/** So many changes are read at once; the store ends a page of large ones early. With few, others would make as many as are read. */
const unseenPage = 500;

/**
 * Makes an edit of a panel: at once where its author saw the newest version, merged with later changes where the policy
 * allows it.
 * @returns the change once it is durable
 * @throws PanelNotFound, PanelAlreadyExists, VersionNotFound, VersionConflict, VersionRequired
 * @throws PatchFailed, PatchTooLarge, MergeConflict, StateTooLarge, StateTooDeep, UnsupportedValue
 * @throws IdempotencyKeyReused, LockLost, TooMuchContention, Unavailable
 */
export async function editPanel(command: EditPanel, ports: EditPorts): Promise<Written> {
  const { key, edit, expectation } = command;
  const prepared = await prepareEdit(key, edit, ports, command.at);
  const seenVersion = expectation.kind === 'version' ? expectation.version : undefined;
  const { turnId } = command.origin.about ?? {};
  const written = await ports.commit.write({ ...command, edit: prepared, seenVersion, turnId });
  // The process that made the change may have died before it renewed the cached copy, and acknowledging the retry promises
  // that the next read sees it.
  if (written.replayed) await renewCopy(key, ports);
  return written;
}

/**
 * Reads what the author of an edit saw, and the changes since.
 * @param known what was read before, for the same request
 * @param changesSince reads the changes; the store's where not given
 * @throws VersionConflict when there are too many changes to merge over
 */
export async function readUnseen(
  { key, expectation }: EditRequest,
  known: UnseenHistory | undefined,
  ports: HistoryPorts & { readonly limits: Limits },
  changesSince: ReadChangesSince = (version, limit) => ports.store.changesSince(key, version, limit),
): Promise<UnseenHistory> {
  if (expectation.kind !== 'version') throw new Error('Only an edit that names a version can be merged.');
  const baseVersion = expectation.version;
  const base = known?.base ?? (await pastContent(key, { version: baseVersion }, ports));
  const changes = [...(known?.changes ?? [])];
  for (;;) {
    const page = await changesSince(baseVersion + changes.length, unseenPage);
    changes.push(...page);
    if (areTooMany(changes, ports.limits)) {
      const current = await ports.store.read(key);
      throw new VersionConflict(key.panelId, baseVersion, current?.version ?? baseVersion + changes.length);
    }
    if (page.length < unseenPage && bytesOf(page) < minUnseenBytes) return { base, changes };
  }
}

function areTooMany(changes: readonly UndatedChange[], { stateBytes }: Limits): boolean {
  if (changes.length >= maxUnseenChanges) return true;
  const operations = changes.reduce((sum, change) => sum + operationsOf(change), 0);
  return operations > maxUnseenOperations || bytesOf(changes) > Math.max(minUnseenBytes, 4 * stateBytes);
}

function bytesOf(changes: readonly UndatedChange[]): number {
  return changes.reduce((sum, { changeSizeBytes }) => sum + changeSizeBytes, 0);
}
