import {
  type JsonObject,
  type JsonPatch,
  type PatchRequest,
  applyPatch,
  compareStates,
} from '@nexus-state/documents';
import type { Acceptance, DocumentEvent, Origin, Sending, ServerMessage } from './messages';
import { PendingChange } from './pending-change';
import { Inbox } from './inbox';
import { type StoredDocument, restorePending } from './stored-document';
import { touchedPointers } from './touched';
import { movedStep } from './moved-step';
import { type Made, UndoHistory } from './undo-history';

/** Whose change it is. */
type Source = Origin & { readonly source: 'local' | 'remote' };

/** A change below the pending ones. */
type Movement = Source & { readonly step?: JsonPatch; readonly lost?: readonly string[] };

/**
 * One document as one client sees it: what the server has confirmed, and on top of that the client's own changes that are on
 * their way. It does no I/O; everything that happens goes in by a method, and comes out of `takeEvents`.
 *
 * ```
 *  confirmed ──► pending[0] ──► pending[1] ──► … ──► state
 *  (server)      sent, or       each made on what
 *                next           the one before leaves
 * ```
 *
 * One change is sent at a time. While the server has not answered it, updates that may be that very change wait in the inbox:
 * whether they are is known with the answer. All other updates move the pending changes on, with the server's own merge.
 */
export class DocumentModel {
  readonly #pending: PendingChange[] = [];
  readonly #inbox: Inbox;
  readonly #undo = new UndoHistory();
  #events: DocumentEvent[] = [];
  #state: JsonObject | undefined;
  #version: number | undefined;

  /** @param self the `sub` of this client's token, where it is known: updates of others then never wait */
  constructor(self?: string) {
    this.#inbox = new Inbox(self);
  }

  /** Goes on where a document was stored. */
  static restored(stored: StoredDocument, self?: string): DocumentModel {
    const model = new DocumentModel(self);
    model.#version = stored.version;
    model.#state = stored.state;
    if (stored.state) model.#pending.push(...restorePending(stored.state, stored.pending));
    return model;
  }

  /** What the user sees: the confirmed state with all pending changes; undefined where there is no document. */
  get state(): JsonObject | undefined {
    return this.#pending.at(-1)?.after ?? this.#state;
  }

  /** The confirmed version; undefined until there is one. */
  get version(): number | undefined {
    return this.#version;
  }

  /** The newest version that has been received: what to resume from. */
  get received(): number | undefined {
    return this.#inbox.newest ?? this.#version;
  }

  /** How many changes the confirmed state does not hold. */
  get pending(): number {
    return this.#pending.length;
  }

  /** How many changes the server has not taken. */
  get unconfirmed(): number {
    return this.#pending.filter(({ accepted }) => !accepted).length;
  }

  get canUndo(): boolean {
    return this.#undo.canUndo;
  }

  get canRedo(): boolean {
    return this.#undo.canRedo;
  }

  /** What has happened since it was asked last. */
  takeEvents(): readonly DocumentEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /**
   * Applies a change of this client.
   * @param id of the change; operations of the id that came last become part of it, unless it was sent
   * @throws PatchFailed when the operations do not apply to the state
   */
  change(id: string, ops: PatchRequest): void {
    this.#undo.made(this.#append(id, ops));
  }

  /**
   * Takes the last change of this client back, moved over what has happened since.
   * @returns whether there was one that others have not written over; `conflict` events tell of the others
   */
  undo(id: string): boolean {
    return this.#step(id, 'undo');
  }

  /** Makes again what `undo` took back last. */
  redo(id: string): boolean {
    return this.#step(id, 'redo');
  }

  /** The id of the change that comes first; undefined where none is pending. */
  get nextId(): string | undefined {
    return this.#pending[0]?.id;
  }

  /** The change that is to be sent next, from now on unchangeable; undefined where none is, or one is on its way. */
  nextToSend(): Sending | undefined {
    const [first] = this.#pending;
    if (!first || first.isSent || this.#version === undefined) return undefined;
    first.sentVersion = this.#version;
    return { id: first.id, ops: first.ops, version: this.#version };
  }

  /** A change that was sent before, and is to be sent again: its answer is not known. */
  unanswered(): Sending | undefined {
    const [first] = this.#pending;
    if (!first?.isUnanswered) return undefined;
    return { id: first.id, ops: first.ops, version: first.sentVersion as number };
  }

  /** Takes the answer to the change that was sent. */
  accepted(id: string, acceptance: Acceptance): void {
    const [first] = this.#pending;
    if (first?.id !== id) return;
    first.accepted = acceptance;
    this.#drain();
  }

  /** Takes it that the server has refused the change that was sent: it is taken back. */
  refused(id: string): void {
    const [first] = this.#pending;
    if (first?.id !== id) return;
    this.#pending.shift();
    this.#moveOn(first.after, this.#state as JsonObject, { source: 'local', lost: [id] });
    this.#drain();
  }

  /** Takes what the server tells. */
  receive(message: ServerMessage): void {
    this.#inbox.add(message, this.#version);
    this.#drain();
  }

  /** What is to be kept where the process may end; undefined until there is a confirmed version. */
  stored(): StoredDocument | undefined {
    if (this.#version === undefined) return undefined;
    const state = this.#state;
    const pending = state ? this.#pending.map((change) => change.stored()) : [];
    return { version: this.#version, ...(state ? { state } : {}), pending };
  }

  #append(id: string, ops: PatchRequest, takesBack?: readonly string[]): Made {
    const before = this.state;
    if (!before) throw new Error('There is no document to change: create it first.');
    const last = this.#pending.at(-1);
    const isOfThisTurn = last?.id === id && !last.isSent;
    const change = isOfThisTurn ? last : new PendingChange(id, before, []);
    const { step, inverse } = change.extend(ops, takesBack);
    if (!isOfThisTurn) this.#pending.push(change);
    this.#changed(step, { source: 'local' });
    return { id, before, after: change.after, inverse };
  }

  #step(id: string, kind: 'undo' | 'redo'): boolean {
    const state = this.state;
    const taken = state && this.#undo.take(kind, state);
    if (!taken) return false;
    if ('conflicts' in taken) {
      this.#events.push({ kind: 'nothing to undo', ...taken });
      return false;
    }
    this.#undo.stepped(kind, this.#append(id, taken.ops, taken.ids));
    return true;
  }

  #drain(): void {
    for (;;) {
      const [first] = this.#pending;
      const accepted = first?.accepted;
      if (first && accepted && this.#version === accepted.version - 1) {
        this.#settle(first, accepted);
        continue;
      }
      const message = this.#inbox.take(this.#version, first);
      if (!message) break;
      this.#take(message, first);
    }
    if (this.#inbox.hasGap(this.#version, this.#pending[0])) {
      this.#inbox.clear();
      this.#events.push({ kind: 'gap' });
    }
  }

  #take(message: ServerMessage, first: PendingChange | undefined): void {
    if (message.kind === 'deleted') return this.#delete(message.version);
    const before = this.#state;
    this.#version = message.version;
    if (message.kind === 'update' && before) {
      this.#state = applyPatch(before, message.patch).value as JsonObject;
      const { actor, triggeredBy } = message;
      const origin = { ...(actor ? { actor } : {}), ...(triggeredBy ? { triggeredBy } : {}) };
      return this.#moveOn(before, this.#state, { source: 'remote', ...origin, step: message.patch });
    }
    if (message.kind !== 'sync') return this.#delete(message.version);
    this.#state = message.state;
    const isIncluded = first?.accepted && first.accepted.version <= message.version;
    if (isIncluded) this.#pending.shift();
    const from = isIncluded ? first.after : before;
    if (from) return this.#moveOn(from, message.state, { source: 'remote' });
    this.#events.push({ kind: 'changed', source: 'remote', pointers: [''], version: message.version });
  }

  /** Makes an accepted change part of the confirmed state. */
  #settle(first: PendingChange, { version, patch }: Acceptance): void {
    this.#pending.shift();
    const ops = patch ?? first.ops.filter(({ op }) => op !== 'test');
    this.#version = version;
    this.#state = applyPatch(this.#state as JsonObject, ops).value as JsonObject;
    this.#moveOn(first.after, this.#state, { source: 'remote' });
  }

  #delete(version: number): void {
    this.#version = version;
    this.#state = undefined;
    for (const { id, ops, isSent } of this.#pending.splice(0))
      if (!isSent) this.#events.push({ kind: 'lost', id, ops });
    this.#undo.clear();
    this.#events.push({ kind: 'changed', source: 'remote', pointers: [''], version });
  }

  /**
   * Moves the pending changes over a change of what they are made on.
   * @param how `step` leads from `from` to `to`, and is found out by comparing where it is not given; `lost` are changes that
   *   are not pending any more because they were refused
   */
  #moveOn(from: JsonObject, to: JsonObject, { step, lost = [], ...origin }: Movement): void {
    const view = this.#pending.at(-1)?.after ?? from;
    let [before, current] = [from, to];
    let patch = step ?? compareStates(from, to);
    const refused = [...lost];
    for (const change of [...this.#pending]) {
      const { id, ops, after: seen, patch: own } = change;
      const drop = (event: DocumentEvent) => {
        this.#pending.splice(this.#pending.indexOf(change), 1);
        this.#events.push(event);
        patch = compareStates(seen, current);
      };
      if (change.isNeedlessWithout(refused)) {
        drop({ kind: 'needless', id });
      } else if (patch.length === 0) {
        change.settleOn(current);
        current = change.after;
      } else {
        const outcome = change.moveOver(patch, current);
        if ('conflicts' in outcome) {
          refused.push(id);
          drop({ kind: 'conflict', id, ops, conflicts: outcome.conflicts });
        } else {
          patch = movedStep({ base: before, step: patch, own, seen, to: change.after });
          current = change.after;
        }
      }
      before = seen;
    }
    this.#changed(patch, origin);
    this.#undo.moved(patch, view, this.state as JsonObject, refused);
  }

  #changed(patch: JsonPatch, origin: Source): void {
    const pointers = touchedPointers(patch);
    if (pointers.length === 0) return;
    this.#events.push({ kind: 'changed', pointers, version: this.#version as number, ...origin });
  }
}
