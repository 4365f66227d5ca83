import { Controller, UseInterceptors } from '@nestjs/common';
import type { Metadata } from '@grpc/grpc-js';
import { WatchParams } from '@nexus-state/contracts';
import type { Principal } from '@nexus-state/nest-kit';
import { requireFresh } from '../../access/require-fresh';
import { OwnerKeys } from '../../keys/owner-keys';
import { refusalOf } from '../../keys/store-refusals';
import { WatchStream } from '../../keys/watch-stream';
import { Rpc } from '../calls/call-needs';
import { CallInterceptor } from '../calls/call.interceptor';
import { type RawCall, openCall } from '../calls/open-call';
import type { Send, Streaming } from '../calls/streaming';
import { keyChangeMessage } from '../messages/key-messages';
import { RequestShape } from '../messages/request-shape';
import type { WatchKeysRequest } from '../messages/requests';
import { keysSince } from '../messages/watch-start';

const shape = new RequestShape(WatchParams);

/** What a watch follows, and from where. */
interface KeysFollowed {
  readonly pattern: string;
  readonly since: string | undefined;
  /** The field of the message that `since` is from. */
  readonly sinceField: string;
}

/** The changes of keys as they come. */
@Controller()
@UseInterceptors(CallInterceptor)
export class WatchKeysGrpc {
  constructor(private readonly keys: OwnerKeys) {}

  @Rpc('WatchKeys', { scope: 'state:read', action: 'watch' })
  async watch(request: WatchKeysRequest, _: Metadata, raw: RawCall): Promise<Streaming<object>> {
    const { caller } = openCall(raw);
    const { pattern } = shape.read({ pattern: request.pattern });
    const sinceField = request.afterRevision === undefined ? '/afterCursor' : '/afterRevision';
    const followed = { pattern, since: keysSince(request), sinceField };
    return (send, signal) => this.#follow(caller, followed, send, signal);
  }

  async #follow(
    caller: Principal,
    { pattern, since, sinceField }: KeysFollowed,
    send: Send<object>,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, release } = this.keys.lease(caller.subject);
    try {
      const watch = store.watch(pattern, since === undefined ? { signal } : { since, signal });
      try {
        const begins = await watch.ready;
        const stream = new WatchStream(
          watch,
          { closed: signal, send: sender(send) },
          since ?? String(begins),
        );
        await stream.send(
          ({ key }) => caller.paths.keys.reaches(key),
          () => requireFresh(caller),
        );
      } finally {
        await watch.return();
      }
    } catch (error) {
      if (!signal.aborted) throw refusalOf(error, () => sinceField);
    } finally {
      release();
    }
  }
}

/** Sends what a `WatchStream` sends, as messages. */
function sender(send: Send<object>) {
  return async (type: string, cursor: string | undefined, event: object): Promise<void> => {
    const shown =
      type === 'bookmark'
        ? { bookmark: event }
        : { change: keyChangeMessage(event as Parameters<typeof keyChangeMessage>[0]) };
    await send({ ...shown, cursor });
  };
}
