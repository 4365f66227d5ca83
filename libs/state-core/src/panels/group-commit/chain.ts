import { isFullCopyDue } from '../history';
import { type JsonValue, canonicalJson } from '@nexus-state/documents';
import type { Append, NewChange, Panel, PanelKey } from '../model';
import type { Accepted, Proposal, Tip } from './proposal';

/** Changes of one panel, each made of the result of the one before it, that will be appended as one. */
export class Chain {
  readonly #base: Tip | undefined;
  readonly #links: { change: NewChange; panel: Omit<Panel, 'updatedAt'> }[] = [];

  /** @param base the panel the first change is made of; undefined where it was never created */
  constructor(
    readonly key: PanelKey,
    base: Tip | undefined,
  ) {
    this.#base = base;
  }

  get length(): number {
    return this.#links.length;
  }

  /** The panel after the last change: what the next one is to be made of. */
  get tip(): Tip | undefined {
    return this.#links.at(-1)?.panel ?? this.#base;
  }

  /** The changes of this chain, oldest first. */
  get changes(): readonly NewChange[] {
    return this.#links.map((link) => link.change);
  }

  /** Whether one of its changes has this idempotency key. */
  has(idempotencyKey: string): boolean {
    return this.#links.some(({ change }) => change.idempotencyKey === idempotencyKey);
  }

  /** Adds one change to the end. */
  add(proposal: Proposal, idempotencyKey?: string): void {
    const { content, changeType, patch, actor, triggeredBy, triggerSource, baseVersion = null } = proposal;
    const previousVersion = this.tip?.version ?? 0;
    const version = previousVersion + 1;
    const patchText = canonicalJson(patch as unknown as JsonValue);
    this.#links.push({
      change: {
        key: this.key,
        changeType,
        previousVersion,
        version,
        patch,
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
      panel: { ...content, key: this.key, version, deleted: changeType === 'deleted' },
    });
  }

  /** All changes as one append; the chain must not be empty. */
  toAppend(): Append {
    const last = this.#links.at(-1);
    if (!last) throw new Error('An empty chain cannot be appended.');
    return {
      key: this.key,
      expectedVersion: this.#base?.version ?? 0,
      changes: this.changes,
      result: last.panel,
    };
  }

  /** Each change as it stands once the store has accepted them. */
  accepted(occurredAt: string): Accepted[] {
    return this.#links.map(({ change, panel }) => ({
      change: acceptedChange(change, occurredAt),
      panel: { ...panel, updatedAt: occurredAt },
    }));
  }
}

function acceptedChange(change: NewChange, occurredAt: string): Accepted['change'] {
  const { fullCopy: _copy, idempotencyKey: _key, patchText: _text, ...rest } = change;
  return { ...rest, occurredAt };
}
