import { Controller, Get, Headers, type OnModuleDestroy, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { WatchParams } from '@nexus-state/contracts';
import { StateError } from '@nexus-state/documents';
import {
  Caller,
  Endpoint,
  type Principal,
  ShapePipe,
  TransportError,
  problemOf,
} from '@nexus-state/nest-kit';
import type { StateStore } from '@nexus-state/store';
import type { FastifyReply } from 'fastify';
import { requireFresh } from '../access/require-fresh';
import { Audited } from '../audit/audited';
import { auditOf } from '../audit/request-audit';
import { EventStream } from '../feed/event-stream';
import { OwnerKeys } from './owner-keys';
import { refusalOf } from './store-refusals';
import { WatchStream } from './watch-stream';

/** The service ends; the watch can go on at another replica. */
class ServerDraining extends TransportError {
  readonly code = 'server_draining';
  constructor() {
    super('This replica is stopping. Watch on from the last event, with Last-Event-ID.', {
      retryAfterSeconds: 1,
    });
  }
}

/** The changes of keys as they come. */
@ApiTags('keys')
@Controller('api/watch')
export class WatchController implements OnModuleDestroy {
  readonly #stopping = new AbortController();

  constructor(private readonly keys: OwnerKeys) {}

  @Get()
  @Audited('watch', 'sse')
  @Endpoint({
    summary: 'Follow the changes of keys as server-sent events',
    scope: 'state:read',
    query: WatchParams,
    headers: ['Last-Event-ID'],
    responses: {
      200: {
        description:
          'Stays open. First `bookmark`, with the `revision` after which the watch begins; then one event `created`, `updated` or `deleted` for each change of a key that matches and that the token reaches, and bookmarks while none does. The `id` of each resumes the watch, as `since` or `Last-Event-ID`. `error` has a problem, and is the last event.',
        content: { 'text/event-stream': { type: 'string' } },
      },
    },
    problems: ['invalid_key', 'compacted'],
  })
  async watch(
    @Caller() caller: Principal,
    @Query(new ShapePipe(WatchParams, { coerce: true })) params: WatchParams,
    @Headers() headers: { readonly 'last-event-id'?: string },
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const audit = auditOf(reply.request);
    if (audit) audit.targets = [{ key: params.pattern }];
    const { store, release } = this.keys.lease(caller.subject);
    try {
      // A browser that has seen no event yet sends an empty id.
      await this.#follow(store, caller, params.pattern, headers['last-event-id'] || params.since, reply);
    } finally {
      release();
    }
  }

  /** Ends the streams that are open: they would hold up the end of the process. */
  onModuleDestroy(): void {
    this.#stopping.abort(new ServerDraining());
  }

  /** @throws the refusal of a watch that cannot begin */
  async #follow(
    store: StateStore,
    caller: Principal,
    pattern: string,
    since: string | undefined,
    reply: FastifyReply,
  ): Promise<void> {
    const watch = begin(store, pattern, since, this.#stopping.signal);
    try {
      const begins = await watch.ready.catch((error: unknown) => {
        throw refusalOf(error);
      });
      if (reply.request.method === 'HEAD') return EventStream.head(reply);
      const stream = EventStream.open(reply);
      stream.closed.addEventListener('abort', () => void watch.return());
      try {
        const events = new WatchStream(watch, stream, since ?? String(begins));
        await events.send(
          ({ key }) => caller.paths.keys.reaches(key),
          () => requireFresh(caller),
        );
      } catch (error) {
        const refusal = refusalOf(error);
        if (!(refusal instanceof StateError)) throw error;
        await stream.send('error', undefined, problemOf(refusal));
      } finally {
        stream.end();
      }
    } finally {
      await watch.return();
    }
  }
}

function begin(store: StateStore, pattern: string, since: string | undefined, signal: AbortSignal) {
  try {
    return store.watch(pattern, since === undefined ? { signal } : { since, signal });
  } catch (error) {
    throw refusalOf(error);
  }
}
