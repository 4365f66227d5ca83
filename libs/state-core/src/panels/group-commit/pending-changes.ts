import { LockLost, TurnEnded } from '../../errors';
import { isFullCopyDue } from '../history';
import type { FencedLock } from '../../locks/model';
import { type JsonObject, type JsonValue, canonicalJson } from '@nexus-state/documents';
import {
  type Append,
  type Appended,
  type Change,
  type IdempotentRequest,
  type KeyClaim,
  type LeftOut,
  type NewChange,
  type Panel,
  type PanelKey,
  copyWith,
  extended,
  withLazyPatch,
} from '../model';
import type { Accepted, ChangeDraft, CurrentPanel } from './change-draft';

interface PendingChange {
  readonly change: NewChange;
  readonly panel: Omit<Panel, 'updatedAt'>;
  readonly facts: JsonObject;
  readonly claim: KeyClaim | undefined;
  readonly leftOut: LeftOut | undefined;
}

/** Changes of one panel, each decided on the result of the one before it, that will be appended as one. */
export class PendingChanges {
  readonly #base: CurrentPanel | undefined;
  readonly #links: PendingChange[] = [];
  /** The lock that all of them are made under, where there is one. */
  lock: FencedLock | undefined;
  /** The turn that all of them belong to, where there is one. */
  turnId: string | undefined;

  /** @param base the panel the first change is made of; undefined where it was never created */
  constructor(
    readonly key: PanelKey,
    base: CurrentPanel | undefined,
  ) {
    this.#base = base;
  }

  get length(): number {
    return this.#links.length;
  }

  /** The panel after the last change: what the next one is to be made of. */
  get current(): CurrentPanel | undefined {
    return this.#links.at(-1)?.panel ?? this.#base;
  }

  /** The changes, oldest first. */
  get changes(): readonly NewChange[] {
    return this.#links.map((link) => link.change);
  }

  /** What is said beside each change, oldest first. */
  get facts(): readonly JsonObject[] {
    return this.#links.map((link) => link.facts);
  }

  /** Whether one of its changes claims the key of a request. */
  claims({ actor, key }: IdempotentRequest): boolean {
    return this.#links.some(({ claim }) => claim?.request.key === key && claim.request.actor === actor);
  }

  /**
   * Adds one change to the end.
   * @param request whose key is claimed with it
   * @param idempotencyKey kept beside the change; the key of the request where not given
   */
  add(draft: ChangeDraft, request?: IdempotentRequest, idempotencyKey = request?.key): void {
    const {
      facts = {},
      content,
      changeType,
      largePatch,
      actor,
      triggeredBy,
      triggerSource,
      about,
      leftOut,
      baseVersion = null,
    } = draft;
    const previousVersion = this.current?.version ?? 0;
    const version = previousVersion + 1;
    const patchText = largePatch?.text ?? canonicalJson(draft.patch as unknown as JsonValue);
    const patch = largePatch ? withLazyPatch({ largePatch }) : { patch: draft.patch };
    this.#links.push({
      change: extended(
        patch,
        {
          key: this.key,
          changeType,
          previousVersion,
          version,
          patchText,
          changeSizeBytes: Buffer.byteLength(patchText),
          checksum: content.checksum,
          stateSizeBytes: content.stateSizeBytes,
          baseVersion,
          actor,
          triggeredBy,
          triggerSource,
          ...(about ? { about } : {}),
          idempotencyKey,
          fullCopy: isFullCopyDue(version) ? content.stateText : undefined,
        },
        patchText.length,
      ),
      panel: extended(
        content,
        { key: this.key, version, deleted: changeType === 'deleted' },
        content.stateSizeBytes,
      ),
      facts,
      claim: request && { request, answer: { panelId: this.key.panelId, version, facts } },
      leftOut,
    });
  }

  /** The refusal of these changes, whose lock has a newer number, or whose turn is over. */
  refusalOf(outcome: 'lock-lost' | 'turn-ended'): LockLost | TurnEnded {
    if (outcome === 'turn-ended') return new TurnEnded(this.turnId ?? '', 'closed');
    const { name, fencingToken } = this.lock as FencedLock;
    return new LockLost(name, fencingToken);
  }

  /** All changes as one append; there must be at least one. */
  toAppend(): Append {
    const last = this.#links.at(-1);
    if (!last) throw new Error('There are no pending changes to append.');
    const claims = this.#links.flatMap(({ claim }) => claim ?? []);
    const leftOut = this.#links.flatMap((link) => link.leftOut ?? []);
    return {
      key: this.key,
      expectedVersion: this.#base?.version ?? 0,
      changes: this.changes,
      result: last.panel,
      ...(claims.length > 0 ? { claims } : {}),
      ...(this.lock ? { lock: this.lock } : {}),
      ...(this.turnId === undefined ? {} : { turnId: this.turnId }),
      ...(leftOut.length > 0 ? { leftOut } : {}),
    };
  }

  /** Each change as it is once the store has accepted them, each as a revision of its own. */
  accepted({ occurredAt, revision }: Acceptance): Accepted[] {
    const before = revision - this.length;
    return this.#accepted(occurredAt, true, (index) => ({ revision: before + index + 1, ordinal: 1 }));
  }

  /**
   * The same where they share a revision with the changes of other panels.
   * @param ordinal the place of the first one
   */
  acceptedTogether({ occurredAt, revision }: Acceptance, ordinal: number): Accepted[] {
    return this.#accepted(occurredAt, false, (index) => ({ revision, ordinal: ordinal + index }));
  }

  #accepted(
    occurredAt: string,
    alone: boolean,
    placeOf: (index: number) => Pick<Change, 'revision' | 'ordinal'>,
  ): Accepted[] {
    return this.#links.map(({ change, panel }, index) => ({
      alone,
      change: acceptedChange(change, { occurredAt, ...placeOf(index) }),
      panel: extended(panel, { updatedAt: occurredAt }, panel.stateSizeBytes),
    }));
  }
}

type Acceptance = Pick<Appended, 'occurredAt' | 'revision'>;
type Placed = Pick<Change, 'occurredAt' | 'revision' | 'ordinal'>;

function acceptedChange(change: NewChange, placed: Placed): Accepted['change'] {
  if (change.largePatch) return acceptedLarge(change, placed);
  // Member by member: to leave some out of a copy takes the engine several times as long.
  const { about } = change;
  const accepted: Required<Omit<Change, 'about' | 'largePatch'>> = {
    patch: change.patch,
    key: change.key,
    changeType: change.changeType,
    previousVersion: change.previousVersion,
    version: change.version,
    changeSizeBytes: change.changeSizeBytes,
    checksum: change.checksum,
    baseVersion: change.baseVersion,
    actor: change.actor,
    triggeredBy: change.triggeredBy,
    triggerSource: change.triggerSource,
    occurredAt: placed.occurredAt,
    revision: placed.revision,
    ordinal: placed.ordinal,
  };
  return about ? { ...accepted, about } : accepted;
}

// Taking the members apart would parse the patch.
function acceptedLarge(change: NewChange, placed: Placed): Accepted['change'] {
  const accepted: Partial<NewChange> & Accepted['change'] = copyWith(change, placed);
  for (const own of ['fullCopy', 'idempotencyKey', 'patchText', 'stateSizeBytes'] as const)
    Reflect.deleteProperty(accepted, own);
  return accepted;
}
