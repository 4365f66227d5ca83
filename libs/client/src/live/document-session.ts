import type { PatchRequest } from '@nexus-state/documents';
import { DocumentModel } from '../document/document-model';
import type { DocumentEvent, Sending, ServerMessage } from '../document/messages';
import type { StoredDocument } from '../document/stored-document';
import { NotFoundError } from '../http/plain-errors';
import { NexusError } from '../http/problem';
import { MergeConflictError } from '../http/telling-errors';
import { newId } from '../http/transport';
import type { Written } from '../rest/answers';
import type { StorageSession } from '../storage/document-storage';
import { Outcomes } from './outcomes';
import { Saver } from './saver';
import { Sender } from './sender';
import type { WorkspaceRoutes } from '../rest/workspace-routes';

/** What a session tells. */
export interface SessionEvents {
  onEvents(events: readonly DocumentEvent[]): void;
  onTrouble(error: NexusError): void;
}

/** What a session is made from. */
export interface SessionOptions {
  readonly routes: WorkspaceRoutes;
  readonly panelId: string;
  /** The `sub` of the token, where it is known. */
  readonly self: string | undefined;
  readonly storage: StorageSession | undefined;
  readonly stored: StoredDocument | undefined;
}

/** The changes of one opener of a document: collected by turns, stored, sent one at a time, settled. */
export class DocumentSession {
  readonly model: DocumentModel;
  readonly #saver: Saver;
  readonly #sender: Sender;
  readonly #outcomes = new Outcomes();
  #turn: string | undefined;
  #isSending = false;
  #isClosed = false;

  constructor(
    private readonly options: SessionOptions,
    private readonly events: SessionEvents,
  ) {
    const { routes, panelId, self, storage, stored } = options;
    this.model = stored ? DocumentModel.restored(stored, self) : new DocumentModel(self);
    this.#saver = new Saver(storage, () => this.model.stored());
    this.#sender = new Sender(routes, panelId, (error) => events.onTrouble(error));
  }

  /**
   * Makes a change; it is sent with all others of this turn of the event loop.
   * @returns settles when the server has decided
   * @throws PatchFailed when it does not apply to the state
   */
  change(ops: PatchRequest): Promise<Written | undefined> {
    const id = this.#thisTurn();
    this.model.change(id, ops);
    this.#told();
    return this.#outcomes.of(id);
  }

  /** Undoes or makes again; settles as `change` does, with undefined where there was nothing, or not any more. */
  async step(kind: 'undo' | 'redo'): Promise<Written | undefined> {
    const id = this.#thisTurn();
    const isDone = this.model[kind](id);
    this.#told();
    return isDone ? this.#outcomes.of(id) : undefined;
  }

  /** Takes what the server tells. */
  receive(message: ServerMessage): void {
    this.model.receive(message);
    this.#told('later');
  }

  /** Sends what waits: there is something to send, or a connection again. */
  pump(): void {
    this.#sender.wake();
    void this.#pump();
  }

  /** Done when what there is now is stored. */
  saved(): Promise<void> {
    return this.#saver.saved();
  }

  /** Ends it; what is pending stays in the storage. Changes without an answer are rejected. */
  async close(reason: NexusError): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#sender.stop();
    this.#outcomes.rejectAll(reason);
    await this.#saver.close();
  }

  #thisTurn(): string {
    if (this.#turn === undefined) {
      this.#turn = newId();
      setTimeout(() => {
        this.#turn = undefined;
        void this.#pump();
      });
    }
    return this.#turn;
  }

  #told(save: 'now' | 'later' = 'now'): void {
    const events = this.model.takeEvents();
    for (const event of events) {
      if (event.kind === 'conflict') this.#outcomes.reject(event.id, conflictOf(event));
      if (event.kind === 'needless') this.#outcomes.resolve(event.id, undefined);
      if (event.kind === 'lost') this.#outcomes.reject(event.id, lostOf(this.options.panelId));
    }
    if (save === 'now') this.#saver.save();
    else if (events.length > 0) this.#saver.saveLater();
    this.events.onEvents(events);
    void this.#pump();
  }

  async #pump(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      // Finding nothing and giving up is one step: what can be sent from the next message on, of the same turn, begins anew.
      for (let next = this.#next(); next; next = this.#next()) await this.#send(next);
    } catch (error) {
      this.events.onTrouble(error as NexusError);
    } finally {
      this.#isSending = false;
    }
  }

  /** What is to be sent now. */
  #next(): Sending | undefined {
    const { model } = this;
    if (this.#isClosed) return undefined;
    return model.unanswered() ?? (model.nextId === this.#turn ? undefined : model.nextToSend());
  }

  /** Sends one change and takes the answer. */
  async #send(sending: Sending): Promise<void> {
    // Stored as sent before it is sent: whoever goes on after a crash sends the very same request.
    this.#saver.save();
    await this.#saver.saved();
    const verdict = await this.#sender.send(sending);
    if (!verdict) return;
    const { id } = sending;
    if ('written' in verdict) {
      this.model.accepted(id, verdict.written);
      this.#outcomes.resolve(id, verdict.written);
    } else {
      this.model.refused(id);
      this.#outcomes.reject(id, verdict.refusal);
      this.#tellRefusal(sending.ops, verdict.refusal);
    }
    this.#told();
  }

  #tellRefusal(ops: PatchRequest, refusal: NexusError): void {
    if (!(refusal instanceof MergeConflictError)) return this.events.onTrouble(refusal);
    this.events.onEvents([{ kind: 'conflict', id: '', ops, conflicts: refusal.conflicts }]);
  }
}

function conflictOf({ conflicts }: Extract<DocumentEvent, { kind: 'conflict' }>): NexusError {
  const message = 'The change collides with what others have done; it was taken back.';
  return new MergeConflictError({ error: 'merge_conflict', status: 409, message, conflicts });
}

function lostOf(panelId: string): NexusError {
  const message = `Panel "${panelId}" was deleted before the change was made.`;
  return new NotFoundError({ error: 'not_found', status: 404, message });
}
