import { LockLost } from '../../errors';
import { isFullCopyDue } from '../history';
import type { FencedLock } from '../../locks/model';
import { type JsonObject, type JsonValue, canonicalJson, copyWith } from '@nexus-state/documents';
import {
  type Append,
  type IdempotentRequest,
  type KeyClaim,
  type NewChange,
  type Panel,
  type PanelKey,
  extended,
  withLazyPatch,
} from '../model';
import type { Accepted, ChangeDraft, CurrentPanel } from './change-draft';

interface PendingChange {
  readonly change: NewChange;
  readonly panel: Omit<Panel, 'updatedAt'>;
  readonly facts: JsonObject;
  readonly claim: KeyClaim | undefined;
}

/** Changes of one panel, each decided on the result of the one before it, that will be appended as one. */
export class PendingChanges {
  readonly #base: CurrentPanel | undefined;
  readonly #links: PendingChange[] = [];
  /** The lock that all of them are made under, where there is one. */
  lock: FencedLock | undefined;

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
          baseVersion,
          actor,
          triggeredBy,
          triggerSource,
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
    });
  }

  /** The refusal of these changes, whose lock has a newer number. */
  lockLost(): LockLost {
    const { name, fencingToken } = this.lock as FencedLock;
    return new LockLost(name, fencingToken);
  }

  /** All changes as one append; there must be at least one. */
  toAppend(): Append {
    const last = this.#links.at(-1);
    if (!last) throw new Error('There are no pending changes to append.');
    const claims = this.#links.flatMap(({ claim }) => claim ?? []);
    return {
      key: this.key,
      expectedVersion: this.#base?.version ?? 0,
      changes: this.changes,
      result: last.panel,
      ...(claims.length > 0 ? { claims } : {}),
      ...(this.lock ? { lock: this.lock } : {}),
    };
  }

  /** Each change as it is once the store has accepted them. */
  accepted(occurredAt: string): Accepted[] {
    return this.#links.map(({ change, panel }) => ({
      change: acceptedChange(change, occurredAt),
      panel: extended(panel, { updatedAt: occurredAt }, panel.stateSizeBytes),
    }));
  }
}

function acceptedChange(change: NewChange, occurredAt: string): Accepted['change'] {
  if (change.largePatch) return acceptedLarge(change, occurredAt);
  const { fullCopy: _copy, idempotencyKey: _key, patchText: _text, ...rest } = change;
  return { ...rest, occurredAt };
}

// Taking the members apart would parse the patch.
function acceptedLarge(change: NewChange, occurredAt: string): Accepted['change'] {
  const accepted: Partial<NewChange> & Accepted['change'] = copyWith(change, { occurredAt });
  for (const own of ['fullCopy', 'idempotencyKey', 'patchText'] as const)
    Reflect.deleteProperty(accepted, own);
  return accepted;
}
