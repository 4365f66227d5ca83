import { createHash } from 'node:crypto';
import type { Metadata, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import type { ConditionalHeaders, Principal } from '@nexus-state/nest-kit';
import type { IdempotentRequest, OpenWorkspace, PanelKey } from '@nexus-state/state-core';
import { idempotentRequest } from '../../access/idempotent-request';
import type { LockHeaders } from '../../locks/lock-of';
import type { TurnHeaders } from '../../panels/origin-of';

/** A call as grpc-js hands it over. */
export type RawCall = ServerUnaryCall<object, object> | ServerWritableStream<object, object>;

/** The metadata of writes, named as over HTTP. */
export type WriteMetadata = ConditionalHeaders &
  LockHeaders &
  TurnHeaders & { readonly 'idempotency-key'?: string };

const opened = Symbol('open call');

/** A call that was let in: who calls, and what it is about. Handlers get it by `openCall`. */
export class OpenCall {
  workspace: OpenWorkspace | undefined;
  panel: PanelKey | undefined;
  #gone: AbortController | undefined;

  /** @param requestBytes gives the message as it is on the wire */
  constructor(
    readonly raw: RawCall,
    readonly caller: Principal,
    private readonly requestBytes: () => Uint8Array,
  ) {
    (raw as { [opened]?: OpenCall })[opened] = this;
  }

  /** What a write says in its metadata. */
  get metadata(): WriteMetadata {
    const { metadata } = this.raw;
    return {
      'if-match': textOf(metadata, 'if-match'),
      'if-none-match': textOf(metadata, 'if-none-match'),
      ...withoutUndefined({
        'nexus-lock': textOf(metadata, 'nexus-lock'),
        'nexus-turn': textOf(metadata, 'nexus-turn'),
        'idempotency-key': textOf(metadata, 'idempotency-key'),
      }),
    };
  }

  /**
   * The request under its idempotency key; undefined where it has none.
   * @throws ValidationFailed
   */
  get idempotent(): IdempotentRequest | undefined {
    const key = textOf(this.raw.metadata, 'idempotency-key');
    return idempotentRequest(this.caller, key, () =>
      createHash('sha256').update(`${this.raw.getPath()}\n`).update(this.requestBytes()).digest('hex'),
    );
  }

  /** Aborted once the client has cancelled the call or is gone, or its deadline has passed. */
  get gone(): AbortSignal {
    if (!this.#gone) {
      const gone = new AbortController();
      this.#gone = gone;
      if (this.raw.cancelled) gone.abort();
      else this.raw.once('cancelled', () => gone.abort());
    }
    return this.#gone.signal;
  }
}

/** The call that a handler serves. */
export function openCall(raw: RawCall): OpenCall {
  return (raw as { [opened]?: OpenCall })[opened] as OpenCall;
}

/** The panel that a call is about, of a method that names one. */
export function panelOf(raw: RawCall): PanelKey {
  return openCall(raw).panel as PanelKey;
}

/** A metadatum that is text; undefined where it is not sent. Of one that is sent twice, HTTP/2 joins the texts. */
export function textOf(metadata: Metadata, name: string): string | undefined {
  const [value] = metadata.get(name);
  return value === undefined ? undefined : String(value);
}

function withoutUndefined<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
