import {
  AuthMessage,
  PatchMessage,
  type PresenceFacts,
  PresenceMessage,
  type PatchFacts,
  SubscribeRequest,
  UnsubscribeRequest,
  clientEvents,
  serverEvents,
} from '@nexus-state/contracts';
import { type Principal, ShapePipe, bearerToken, inNewTrace } from '@nexus-state/nest-kit';
import {
  type Outlet,
  type Subscriber,
  Turns,
  type WorkspaceKey,
  WorkspaceNotFound,
} from '@nexus-state/state-core';
import { type StateError, ValidationFailed, isJsonObject } from '@nexus-state/documents';
import { Backlog, type Outflow } from './backlog';
import type { ConnectionPorts } from './connection-ports';
import { ExpiryTimer } from './expiry-timer';
import { MessageBudget } from './message-budget';
import { applyPatchMessage, patchSpan } from './patch-message';
import { BadMessage, ServerDraining, SlowConsumer, TokenExpired } from './refusals';
import { errorEvent } from './refusal';
import { type Standing, Subscriptions } from './subscriptions';
import { InTurn } from './in-turn';

/** How a connection reaches its client: what every door does its own way. */
export interface Link extends Outflow {
  /** Names the connection; no other one anywhere has the same id. */
  readonly id: string;

  /** The way out to all connections of the door. */
  readonly outlet: Outlet;

  /** Tells this client alone. */
  tell(event: string, payload: object): void;

  /** Ends the connection, once what was told is sent. @param reason why, as the client was told */
  end(reason: StateError): void;
}

/** A message as it was read. */
export interface Message {
  /** The event's name, or the message's `type`. */
  readonly name: string;
  readonly payload: unknown;
}

/** Answers a message; called at most once, before anything that comes after it. */
export type Answer = (facts: object) => void;

type Handler = (payload: Record<string, unknown>, answer: Answer) => Promise<void>;

const shapes = {
  subscribe: new ShapePipe(SubscribeRequest),
  unsubscribe: new ShapePipe(UnsubscribeRequest),
  patch: new ShapePipe(PatchMessage),
  presence: new ShapePipe(PresenceMessage),
  auth: new ShapePipe(AuthMessage),
};

/** More fields than any message has; what has more is not looked at field by field. */
const mostFields = 20;

/**
 * One live connection, whichever door it came through: what its client sends, and how long it lasts. A message never
 * ends it, except those that go on and on after the client was told to wait.
 */
export class Connection {
  readonly #subscriber: Subscriber;
  readonly #backlog: Backlog;
  readonly #subscriptions: Subscriptions;
  readonly #budget: MessageBudget;
  readonly #expiry: ExpiryTimer;
  /** Fresh tokens, one after the other; what was sent after them waits for them. */
  readonly #tokens = new Turns(1);
  readonly #writes = new InTurn();
  readonly #underway = new Set<Promise<void>>();
  #principal: Principal;
  /** Why nothing more is taken. */
  #over: StateError | undefined;

  readonly #handlers: Readonly<Record<string, Handler>> = {
    [clientEvents.subscribe]: (payload, answer) => this.#subscribe(payload, answer),
    [clientEvents.unsubscribe]: (payload, answer) => this.#unsubscribe(payload, answer),
    [clientEvents.patch]: (payload, answer) => this.#patch(payload, answer),
    [clientEvents.presence]: (payload, answer) => this.#show(payload, answer),
    [clientEvents.auth]: (payload, answer) => this.#authenticate(payload, answer),
    [clientEvents.ping]: (_payload, answer) => this.#pong(answer),
  };

  /** @param principal whose token it was opened with */
  constructor(
    principal: Principal,
    private readonly link: Link,
    private readonly ports: ConnectionPorts,
  ) {
    this.#principal = principal;
    this.#budget = new MessageBudget(ports.limits.messagesPerSecond);
    const { subscriptions, backlog } = ports.limits;
    this.#backlog = new Backlog(
      link,
      { drained: () => this.#drained(), hopeless: (reason) => this.#giveUp(reason) },
      backlog,
      ports.backlogs,
    );
    const { id, outlet } = link;
    this.#subscriber = { id, outlet, takesMore: () => this.#backlog.takesMore() };
    this.#subscriptions = new Subscriptions(this.#subscriber, ports, subscriptions, (standing, reason) =>
      this.#tellEnded(standing, reason),
    );
    this.#expiry = new ExpiryTimer(() => this.#end(new TokenExpired()));
    this.#expiry.set(principal.expiresAt);
  }

  /** Who is connected. */
  get subject(): string {
    return this.#principal.subject;
  }

  /** What the connection follows. */
  get standing(): readonly Standing[] {
    return this.#subscriptions.standing;
  }

  /**
   * Does what a message asks for.
   * @param read reads the message; whatever it is, it counts as one
   * @param answer called with the answer's facts, where the message is answered at all
   * @throws StateError when the message is refused, whatever it is; nothing else but on a bug
   */
  handle(read: () => Message, answer: Answer): Promise<void> {
    const work = this.#handle(read, answer);
    const settled = work
      .then(
        () => this.ports.observer.messageHandled(),
        (error: unknown) => this.ports.observer.messageHandled(error),
      )
      .finally(() => this.#underway.delete(settled));
    this.#underway.add(settled);
    return work;
  }

  /** Ends what it follows in a workspace whose owner shares it no longer. */
  revoke(workspace: WorkspaceKey): void {
    this.#subscriptions.revoke(workspace, new WorkspaceNotFound(workspace.workspaceId));
  }

  /** Tells the client to go elsewhere, answers what it has asked, and ends. */
  async drain(): Promise<void> {
    const reason = new ServerDraining();
    if (this.#over) return;
    this.#over = reason;
    this.link.tell(serverEvents.error, errorEvent(reason));
    await Promise.all(this.#underway);
    this.link.end(reason);
  }

  /** To be called when the connection is gone. */
  close(): void {
    this.#expiry.clear();
    this.#subscriptions.close();
    this.#backlog.close();
  }

  async #handle(read: () => Message, answer: Answer): Promise<void> {
    if (this.#over) throw this.#over;
    try {
      this.#budget.take();
    } catch (error) {
      if (this.#budget.isOverdrawn) this.#end(error as StateError);
      throw error;
    }
    // Who asks and asks without taking the answers.
    if (this.#backlog.isHopeless) return this.#giveUp(new SlowConsumer(this.link.waiting()));
    const { name, payload } = read();
    const handler = Object.hasOwn(this.#handlers, name) ? this.#handlers[name] : undefined;
    if (!handler) throw new BadMessage(`it is none of ${Object.keys(this.#handlers).join(', ')}.`);
    const fields = name === clientEvents.ping ? {} : fieldsOf(payload);
    const work = () => handler(fields, answer);
    if (name === clientEvents.auth) return this.#tokens.take(work);
    await this.#tokens.take(async () => undefined);
    await work();
  }

  #subscribe(payload: unknown, answer: Answer): Promise<void> {
    const request = shapes.subscribe.transform(payload);
    const { workspaceId, panelId } = request;
    return this.#subscriptions.subscribe(request, this.#principal, (version) =>
      answer({ workspaceId, panelId, ...(version === undefined ? {} : { version }) }),
    );
  }

  async #unsubscribe(payload: unknown, answer: Answer): Promise<void> {
    const request = shapes.unsubscribe.transform(payload);
    await this.#subscriptions.unsubscribe(request);
    answer({ workspaceId: request.workspaceId, panelId: request.panelId });
  }

  async #patch(payload: unknown, answer: Answer): Promise<void> {
    const message = shapes.patch.transform(payload);
    // Changes of one panel are made in the order they were sent.
    const panel = JSON.stringify([message.workspaceId, message.owner, message.panelId]);
    const written = await inNewTrace(patchSpan(message, this.link.id), () =>
      this.#writes.do(() => applyPatchMessage(message, this.#principal, this.ports), panel),
    );
    const { version, baseVersion, patch } = written.change;
    const merged = baseVersion !== null;
    const facts: PatchFacts = { version, merged, ...(merged ? { baseVersion, patch } : {}) };
    answer(facts);
  }

  async #show(payload: unknown, answer: Answer): Promise<void> {
    const message = shapes.presence.transform(payload);
    await this.#subscriptions.show(message, this.#principal);
    const { workspaceId, panelId } = message;
    const facts: PresenceFacts = { workspaceId, panelId, connectionId: this.link.id };
    answer(facts);
  }

  async #authenticate(payload: unknown, answer: Answer): Promise<void> {
    const { token } = shapes.auth.transform(payload);
    const principal = await this.ports.verifier.verify(bearerToken(token) ?? token);
    if (principal.subject !== this.#principal.subject) {
      throw new ValidationFailed([
        { pointer: '/token', message: 'is of another user; connect anew with it' },
      ]);
    }
    if (this.#over) throw this.#over;
    this.#principal = principal;
    this.#expiry.set(principal.expiresAt);
    await this.#subscriptions.renew(principal);
    answer({ expiresAt: principal.expiresAt === undefined ? null : instantOf(principal.expiresAt) });
  }

  async #pong(answer: Answer): Promise<void> {
    answer({ timestamp: new Date().toISOString() });
  }

  #drained(): void {
    this.ports.feeds.drained(this.#subscriber);
    this.ports.presence.drained(this.#subscriber);
  }

  #giveUp(reason: StateError): void {
    this.ports.observer.slowConsumerDropped();
    this.ports.logger.warn({ connectionId: this.link.id, ...reason.facts }, 'slow consumer dropped');
    this.#end(reason);
  }

  #tellEnded({ workspaceId, panelId }: Standing, reason: StateError): void {
    this.link.tell(serverEvents.error, errorEvent(reason, { workspaceId, panelId }));
  }

  #end(reason: StateError): void {
    if (this.#over) return;
    this.#over = reason;
    this.link.tell(serverEvents.error, errorEvent(reason));
    this.close();
    this.link.end(reason);
  }
}

function fieldsOf(payload: unknown): Record<string, unknown> {
  if (!isJsonObject(payload) || Buffer.isBuffer(payload)) {
    throw new BadMessage('send one JSON object, and over Socket.IO a callback for the answer.');
  }
  if (Object.keys(payload).length > mostFields) throw new BadMessage('it has too many fields.');
  return payload;
}

function instantOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
