import { Controller, Inject, UseInterceptors } from '@nestjs/common';
import type { Metadata } from '@grpc/grpc-js';
import { KeyTransactionRequest } from '@nexus-state/contracts';
import { Admission } from '@nexus-state/state-core';
import { OwnerKeys } from '../../keys/owner-keys';
import { lockOf } from '../../locks/lock-of';
import { Rpc } from '../calls/call-needs';
import { CallInterceptor } from '../calls/call.interceptor';
import { type RawCall, openCall } from '../calls/open-call';
import { GRPC_DOOR, type GrpcDoor } from '../grpc-door';
import { keyOperationsOf } from '../messages/key-operations';
import { RequestShape, namingFields } from '../messages/request-shape';
import type { TransactKeysRequest } from '../messages/requests';

const shape = new RequestShape(KeyTransactionRequest);

/** Changes of several keys as one. */
@Controller()
@UseInterceptors(CallInterceptor)
export class TransactKeysGrpc {
  constructor(
    private readonly keys: OwnerKeys,
    private readonly admission: Admission,
    @Inject(GRPC_DOOR) private readonly door: GrpcDoor,
  ) {}

  @Rpc('TransactKeys', { scope: 'state:write', metadata: ['nexus-lock', 'idempotency-key'] })
  async transact({ operations, lock }: TransactKeysRequest, _: Metadata, raw: RawCall): Promise<object> {
    const { caller, metadata, idempotent } = openCall(raw);
    // Their number and the lock; what each operation holds is read below.
    const body = namingFields(
      () => shape.read({ transaction: operations.map(() => ({})), lock }),
      (pointer) => pointer.replace(/^\/transaction/, '/operations'),
    );
    const read = await keyOperationsOf(operations, this.door.json);
    await this.admission.admitKeyOperations(
      caller,
      read.map(({ key }) => key),
    );
    return this.keys.transact(caller.subject, read, {
      request: idempotent,
      lock: lockOf(caller, metadata, body.lock),
    });
  }
}
