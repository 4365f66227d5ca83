import {
  AuthMessage,
  PatchMessage,
  type PresenceFacts,
  PresenceMessage,
  SubscribeRequest,
  UnsubscribeRequest,
  UnwatchRequest,
  type WatchFacts,
  WatchRequest,
  clientEvents,
  serverEvents,
} from '@nexus-state/contracts';
import { type Principal, ShapePipe, bearerToken, inNewTrace } from '@nexus-state/nest-kit';
import {
  type AuditResource,
  KeyedMutex,
  type Subscriber,
  Semaphore,
  type WorkspaceKey,
  WorkspaceNotFound,
} from '@nexus-state/state-core';
import { type StateError, ValidationFailed } from '@nexus-state/documents';
import { Backlog } from './backlog';
import type { ClientChannel, Message, Reply } from './client-channel';
import type { ConnectionPorts } from './connection-ports';
import { ConnectionAudit, resourceOf } from './connection-audit';
import { ExpiryTimer } from './expiry-timer';
import { fieldsOf } from './fields-of';
import { instantOf } from './instant-of';
import { MessageBudget } from './message-budget';
import { applyPatchMessage, patchSpan } from './patch-message';
import { BadMessage, ServerDraining, SlowConsumer, TokenExpired } from './refusals';
import { errorEvent, eventOf, refusalOf } from './refusal';
import { type SubscriptionTarget, Subscriptions } from './subscriptions';
import { Watches } from './watches';

type Handler = (payload: Record<string, unknown>, reply: Reply) => Promise<void>;

const shapes = {
  subscribe: new ShapePipe(SubscribeRequest),
  unsubscribe: new ShapePipe(UnsubscribeRequest),
  patch: new ShapePipe(PatchMessage),
  presence: new ShapePipe(PresenceMessage),
  watch: new ShapePipe(WatchRequest),
  unwatch: new ShapePipe(UnwatchRequest),
  auth: new ShapePipe(AuthMessage),
};

/**
 * One live connection, through any transport: what its client sends, and how long it lasts. A message never ends it, unless
 * the client keeps sending after it was refused for sending too much.
 */
export class Connection {
  readonly #subscriber: Subscriber;
  readonly #backlog: Backlog;
  readonly #subscriptions: Subscriptions;
  readonly #watches: Watches;
  readonly #audit: ConnectionAudit;
  readonly #budget: MessageBudget;
  readonly #expiry: ExpiryTimer;
  /** Messages are read one after the other: a large one takes many turns of the event loop, and those behind it wait. */
  readonly #reads = new Semaphore(1);
  /** Fresh tokens, one at a time; messages that were sent after one wait for it. */
  readonly #tokens = new Semaphore(1);
  readonly #writes = new KeyedMutex();
  readonly #underway = new Set<Promise<void>>();
  #principal: Principal;
  /** Why no more messages are handled. */
  #over: StateError | undefined;

  readonly #handlers: Readonly<Record<string, Handler>> = {
    [clientEvents.subscribe]: (payload, reply) => this.#subscribe(payload, reply),
    [clientEvents.unsubscribe]: (payload, reply) => this.#unsubscribe(payload, reply),
    [clientEvents.patch]: (payload, reply) => this.#patch(payload, reply),
    [clientEvents.presence]: (payload, reply) => this.#show(payload, reply),
    [clientEvents.watch]: (payload, reply) => this.#watch(payload, reply),
    [clientEvents.unwatch]: (payload, reply) => this.#unwatch(payload, reply),
    [clientEvents.auth]: (payload, reply) => this.#authenticate(payload, reply),
    [clientEvents.ping]: (_payload, reply) => this.#pong(reply),
  };

  /** @param principal whose token it was opened with */
  constructor(
    principal: Principal,
    private readonly channel: ClientChannel,
    private readonly ports: ConnectionPorts,
  ) {
    this.#principal = principal;
    this.#budget = new MessageBudget(ports.limits.messagesPerSecond);
    const { subscriptions, backlog } = ports.limits;
    this.#backlog = new Backlog(
      channel,
      { onDrain: () => this.#onDrain(), onOverLimit: (reason) => this.#dropSlowConsumer(reason) },
      backlog,
      ports.backlogs,
    );
    const { id, door, broadcaster } = channel;
    this.#audit = new ConnectionAudit(ports.audit, door, id);
    this.#subscriber = { id, broadcaster, isWritable: () => this.#backlog.isWritable() };
    this.#subscriptions = new Subscriptions(this.#subscriber, ports, subscriptions, (target, reason) =>
      this.#sendEnded(target, reason),
    );
    const outlet = {
      isWritable: () => this.#backlog.isWritable(),
      send: (event: string, payload: object) => channel.send(event, payload),
      onEnded: (pattern: string, error: unknown) => this.#sendWatchEnded(pattern, error),
    };
    this.#watches = new Watches(principal, outlet, ports, subscriptions);
    this.#expiry = new ExpiryTimer(() => this.#end(new TokenExpired()));
    this.#expiry.set(principal.expiresAt);
  }

  /** Who is connected. */
  get subject(): string {
    return this.#principal.subject;
  }

  /** What the connection is subscribed to. */
  get targets(): readonly SubscriptionTarget[] {
    return this.#subscriptions.targets;
  }

  /**
   * Does what a message asks for.
   * @param read reads the message, which counts against the budget even when it is unreadable
   * @param reply called with the facts of the reply, where the message gets one
   * @throws StateError when the message is refused; any other error is a bug
   */
  handle(read: () => Message | Promise<Message>, reply: Reply): Promise<void> {
    const work = this.#handle(read, reply);
    const settled = work
      .then(
        () => this.ports.observer.messageHandled(),
        (error: unknown) => this.ports.observer.messageHandled(error),
      )
      .finally(() => this.#underway.delete(settled));
    this.#underway.add(settled);
    return work;
  }

  /** Ends its subscriptions in a workspace that its user is no longer a member of. */
  revoke(workspace: WorkspaceKey): void {
    this.#subscriptions.revoke(workspace, new WorkspaceNotFound(workspace.workspaceId));
  }

  /** Asks the client to connect elsewhere, replies to its messages, and ends. */
  async drain(): Promise<void> {
    const reason = new ServerDraining();
    if (this.#over) return;
    this.#over = reason;
    this.channel.send(serverEvents.error, errorEvent(reason));
    await Promise.all(this.#underway);
    this.channel.end(reason);
  }

  /** To be called when the connection is gone. */
  close(): void {
    this.#expiry.clear();
    this.#subscriptions.close();
    this.#watches.close();
    this.#backlog.close();
  }

  async #handle(read: () => Message | Promise<Message>, reply: Reply): Promise<void> {
    if (this.#over) throw this.#over;
    try {
      this.#budget.take();
    } catch (error) {
      if (this.#budget.isOverdrawn) this.#end(error as StateError);
      throw error;
    }
    // The client keeps sending requests without reading replies.
    if (this.#backlog.isOverLimit) return this.#dropSlowConsumer(new SlowConsumer(this.channel.waiting()));
    const { name, payload } = await this.#reads.run(async () => read());
    if (this.#over) throw this.#over;
    const handler = Object.hasOwn(this.#handlers, name) ? this.#handlers[name] : undefined;
    if (!handler) throw new BadMessage(`it is none of ${Object.keys(this.#handlers).join(', ')}.`);
    const fields = name === clientEvents.ping ? {} : fieldsOf(payload);
    const work = () => handler(fields, reply);
    if (name === clientEvents.auth) return this.#tokens.run(work);
    await this.#tokens.run(async () => undefined);
    await work();
  }

  #subscribe(payload: unknown, reply: Reply): Promise<void> {
    const request = shapes.subscribe.transform(payload);
    const { workspaceId, panelId } = request;
    const audited = { ...this.#watched(resourceOf(request)), owner: request.owner };
    return this.#audit.of(audited, (done) =>
      this.#subscriptions.subscribe(request, this.#principal, ({ version, revision }, owner) => {
        void done({ owner, version });
        const from = version === undefined ? { revision } : { version };
        reply({ workspaceId, panelId, ...from });
      }),
    );
  }

  async #unsubscribe(payload: unknown, reply: Reply): Promise<void> {
    const request = shapes.unsubscribe.transform(payload);
    await this.#subscriptions.unsubscribe(request);
    reply({ workspaceId: request.workspaceId, panelId: request.panelId });
  }

  async #patch(payload: unknown, reply: Reply): Promise<void> {
    const message = shapes.patch.transform(payload);
    // Changes of one panel are made in the order they were sent.
    const panel = JSON.stringify([message.workspaceId, message.owner, message.panelId]);
    const { owner } = message;
    const audited = { action: 'write', actor: this.subject, owner, resource: resourceOf(message) } as const;
    await this.#audit.of(audited, async (done) => {
      const { made, facts } = await inNewTrace(patchSpan(message, this.channel.id), () =>
        this.#writes.run(panel, () => applyPatchMessage(message, this.#principal, this.ports)),
      );
      await done(made ?? {});
      reply(facts);
    });
  }

  async #show(payload: unknown, reply: Reply): Promise<void> {
    const message = shapes.presence.transform(payload);
    await this.#subscriptions.show(message, this.#principal);
    const { workspaceId, panelId } = message;
    const facts: PresenceFacts = { workspaceId, panelId, connectionId: this.channel.id };
    reply(facts);
  }

  async #watch(payload: unknown, reply: Reply): Promise<void> {
    const request = shapes.watch.transform(payload);
    const { pattern } = request;
    await this.#audit.of(this.#watched({ key: pattern }), (done) =>
      this.#watches.watch(request, (revision) => {
        void done({});
        reply({ pattern, revision } satisfies WatchFacts);
      }),
    );
  }

  #watched(resource: AuditResource) {
    return { action: 'watch', actor: this.subject, resource } as const;
  }

  async #unwatch(payload: unknown, reply: Reply): Promise<void> {
    const { pattern } = shapes.unwatch.transform(payload);
    await this.#watches.unwatch({ pattern });
    reply({ pattern });
  }

  async #authenticate(payload: unknown, reply: Reply): Promise<void> {
    const { token } = shapes.auth.transform(payload);
    const principal = await this.ports.verifier.verify(bearerToken(token) ?? token);
    if (principal.subject !== this.#principal.subject) {
      throw new ValidationFailed([
        { pointer: '/token', message: 'belongs to another user; open a new connection with it' },
      ]);
    }
    if (this.#over) throw this.#over;
    this.#principal = principal;
    this.#expiry.set(principal.expiresAt);
    await Promise.all([this.#subscriptions.renew(principal), this.#watches.renew(principal)]);
    reply({ expiresAt: principal.expiresAt === undefined ? null : instantOf(principal.expiresAt) });
  }

  async #pong(reply: Reply): Promise<void> {
    reply({ timestamp: new Date().toISOString() });
  }

  #onDrain(): void {
    this.ports.hub.onDrain(this.#subscriber);
    this.#watches.onDrain();
  }

  #dropSlowConsumer(reason: StateError): void {
    this.ports.observer.slowConsumerDropped();
    this.ports.logger.warn({ connectionId: this.channel.id, ...reason.facts }, 'slow consumer disconnected');
    this.#end(reason);
  }

  #sendEnded({ workspaceId, panelId }: SubscriptionTarget, reason: StateError): void {
    this.channel.send(serverEvents.error, errorEvent(reason, { workspaceId, panelId }));
  }

  #sendWatchEnded(pattern: string, error: unknown): void {
    if (this.#over) return;
    this.channel.send(serverEvents.error, eventOf(refusalOf(error, this.ports.logger), { pattern }));
  }

  #end(reason: StateError): void {
    if (this.#over) return;
    this.#over = reason;
    this.channel.send(serverEvents.error, errorEvent(reason));
    this.close();
    this.channel.end(reason);
  }
}
