import { type JsonObject, type PatchRequest, equalJson } from '@nexus-state/documents';
import { DocumentModel } from '../document/document-model';
import type { Sending, ServerMessage } from '../document/messages';
import { ModelServer, type Verdict, overTheWire } from './model-server';

/** A client of the simulation: its model, and what is on its way to it and from it. */
export class SimulatedClient {
  model: DocumentModel;
  /** Changes that were taken, by id. */
  readonly resolved = new Set<string>();
  /** How often each change was reported as not to stand. */
  readonly rejected = new Map<string, number>();
  readonly made = new Set<string>();
  #incoming: ServerMessage[] = [];
  #delivered = 0;
  #onItsWay: Sending | undefined;
  #answer: { readonly id: string; readonly verdict: Verdict } | undefined;
  #count = 0;

  constructor(
    readonly name: string,
    private readonly server: ModelServer,
    private readonly self: string | undefined,
  ) {
    this.model = new DocumentModel(self);
    this.#read(server.sync());
    this.deliver();
  }

  /** Makes a change from the state it sees now. */
  change(make: (state: JsonObject) => PatchRequest): void {
    const ops = make(this.model.state as JsonObject);
    if (ops.length === 0) return;
    this.model.change(this.#nextId(), ops);
    this.#collect();
  }

  undo(): void {
    const id = this.#nextId();
    if (!this.model.undo(id)) this.made.delete(id);
    this.#collect();
  }

  redo(): void {
    const id = this.#nextId();
    if (!this.model.redo(id)) this.made.delete(id);
    this.#collect();
  }

  /** Puts the next change, or one without an answer, on its way. */
  send(): void {
    this.#onItsWay ??= this.model.nextToSend() ?? this.model.unanswered();
  }

  /** Lets the server decide about what is on its way. */
  arrive(): void {
    if (!this.#onItsWay) return;
    const verdict = this.server.patch(this.name, overTheWire(this.#onItsWay));
    this.#answer = { id: this.#onItsWay.id, verdict };
  }

  /** Lets the answer get through, or loses it together with the request. */
  answer(isLost: boolean): void {
    const answer = this.#answer;
    if (!answer && !isLost) return;
    this.#answer = undefined;
    this.#onItsWay = undefined;
    if (!answer || isLost) return;
    const { id, verdict } = answer;
    if ('conflicts' in verdict) {
      this.#reject(id);
      this.model.refused(id);
    } else {
      this.resolved.add(id);
      this.model.accepted(id, verdict);
    }
    this.#collect();
  }

  /** Lets the next updates arrive. */
  deliver(most = Infinity): void {
    this.#incoming.push(...this.server.after(Math.max(this.#delivered, this.model.received ?? 0)));
    this.#delivered = this.server.version;
    for (const message of this.#incoming.splice(0, most)) this.model.receive(overTheWire(message));
    this.#collect();
  }

  /** Sends the whole state in place of the updates that are on their way. */
  overflow(): void {
    this.#incoming = [];
    this.#read(this.server.sync());
  }

  /** Loses the connection and takes it up again from the version seen last. */
  reconnect(): void {
    this.#incoming = [];
    this.#delivered = this.model.received ?? 0;
  }

  /** Ends the process and goes on from what was stored. */
  restart(): void {
    const stored = this.model.stored();
    if (!stored) return;
    this.#onItsWay = undefined;
    this.#answer = undefined;
    const seen = this.model.state;
    this.model = DocumentModel.restored(JSON.parse(JSON.stringify(stored)) as typeof stored, this.self);
    if (seen && !equalJson(this.model.state as JsonObject, seen))
      throw new Error('What the user saw is not what was restored.');
    this.reconnect();
  }

  /** Whether nothing is left to be sent or received. */
  get isQuiet(): boolean {
    return this.model.pending === 0 && this.model.version === this.server.version;
  }

  #read(message: ServerMessage): void {
    this.#incoming.push(message);
    this.#delivered = this.server.version;
  }

  #nextId(): string {
    const id = `${this.name}-${this.#count++}`;
    this.made.add(id);
    return id;
  }

  #collect(): void {
    for (const event of this.model.takeEvents()) {
      if (event.kind === 'gap') throw new Error('A gap, though every update came in order.');
      if (event.kind === 'conflict') this.#reject(event.id);
      if (event.kind === 'needless') this.made.delete(event.id);
    }
  }

  #reject(id: string): void {
    this.rejected.set(id, (this.rejected.get(id) ?? 0) + 1);
  }
}
