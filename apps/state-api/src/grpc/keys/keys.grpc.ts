import { Controller, Inject, UseInterceptors } from '@nestjs/common';
import type { Metadata } from '@grpc/grpc-js';
import {
  DeleteKeyRequest as DeleteKeyBody,
  ListKeysParams,
  PutKeyRequest as PutKeyBody,
} from '@nexus-state/contracts';
import { type JsonValue, ValidationFailed } from '@nexus-state/documents';
import { type Value, type Write, deleteWrite, mergeWrite, setWrite } from '@nexus-state/store';
import { OwnerKeys } from '../../keys/owner-keys';
import { optionsOf } from '../../keys/values';
import { lockOf } from '../../locks/lock-of';
import { expectationOf } from '../../panels/expectation-of';
import { type CallNeeds, Rpc, keyWrite } from '../calls/call-needs';
import { CallInterceptor } from '../calls/call.interceptor';
import { type RawCall, openCall } from '../calls/open-call';
import { GRPC_DOOR, type GrpcDoor } from '../grpc-door';
import { jsonField } from '../messages/json-field';
import { keyEntryMessage } from '../messages/key-messages';
import { RequestShape } from '../messages/request-shape';
import type {
  DeleteKeyRequest,
  GetKeyRequest,
  ListKeysRequest,
  PatchKeyRequest,
  PutKeyRequest,
} from '../messages/requests';

const defaultLimit = 100;
const shapes = {
  put: new RequestShape(PutKeyBody),
  delete: new RequestShape(DeleteKeyBody),
  list: new RequestShape(ListKeysParams),
};
const write: CallNeeds = { scope: 'state:write', key: 'key', metadata: keyWrite };

/** Keys with versioned values. */
@Controller()
@UseInterceptors(CallInterceptor)
export class KeysGrpc {
  constructor(
    private readonly keys: OwnerKeys,
    @Inject(GRPC_DOOR) private readonly door: GrpcDoor,
  ) {}

  @Rpc('GetKey', { scope: 'state:read', key: 'key' })
  async get({ key }: GetKeyRequest, _: Metadata, raw: RawCall): Promise<object> {
    const { caller } = openCall(raw);
    return { entry: keyEntryMessage(await this.keys.read(caller.subject, key)) };
  }

  @Rpc('PutKey', write)
  async put(request: PutKeyRequest, _: Metadata, raw: RawCall): Promise<object> {
    const { key, version, ttlSeconds, sensitive, lock } = request;
    const value = await this.#valueOf(request);
    const body = shapes.put.read({ value: 0, version, ttlSeconds, sensitive, lock });
    return this.#write(raw, setWrite(key, value, optionsOf(body)), body);
  }

  @Rpc('PatchKey', write)
  async patch(request: PatchKeyRequest, _: Metadata, raw: RawCall): Promise<object> {
    const { key, patchJson, version, ttlSeconds, lock } = request;
    const patch = (await jsonField(patchJson, 'patchJson', this.door.json)) as JsonValue;
    const body = shapes.put.read({ value: 0, version, ttlSeconds, lock });
    return this.#write(raw, mergeWrite(key, patch, optionsOf(body)), body);
  }

  @Rpc('DeleteKey', write)
  async delete({ key, version, lock }: DeleteKeyRequest, _: Metadata, raw: RawCall): Promise<object> {
    const body = shapes.delete.read({ version, lock });
    return this.#write(raw, deleteWrite(key), body);
  }

  @Rpc('ListKeys', { scope: 'state:read', action: 'list' })
  async list(request: ListKeysRequest, _: Metadata, raw: RawCall): Promise<object> {
    const { caller } = openCall(raw);
    const { prefix, limit, cursor, values } = shapes.list.read({ ...request });
    const { items, nextCursor, revision } = await this.keys.list(caller.subject, {
      prefix: prefix ?? '',
      limit: limit ?? defaultLimit,
      values: values ?? false,
      cursor,
      reach: caller.paths.keys,
    });
    return { keys: items.map(keyEntryMessage), nextCursor, revision };
  }

  /** Does a write under the terms of its call: those of its body, and those of its metadata. */
  #write(raw: RawCall, write: Write, body: DeleteKeyBody): Promise<object> {
    const { caller, metadata, idempotent } = openCall(raw);
    return this.keys.write({
      owner: caller.subject,
      write,
      expectation: expectationOf(metadata, body.version),
      headers: metadata,
      request: idempotent,
      lock: lockOf(caller, metadata, body.lock),
    });
  }

  /** @throws ValidationFailed where there is no value; what `jsonField` throws */
  async #valueOf({ valueJson, valueBytes }: PutKeyRequest): Promise<Value> {
    if (valueBytes !== undefined) return valueBytes;
    if (valueJson !== undefined) return (await jsonField(valueJson, 'valueJson', this.door.json)) as Value;
    throw new ValidationFailed([{ pointer: '', message: 'must have either valueJson or valueBytes' }]);
  }
}
