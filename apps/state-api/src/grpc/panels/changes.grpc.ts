import { Controller, Inject, UseInterceptors } from '@nestjs/common';
import type { Metadata } from '@grpc/grpc-js';
import { RevertPanelRequest, TransactionRequest } from '@nexus-state/contracts';
import { Admission, type OpenWorkspace, Snapshots, StateCore } from '@nexus-state/state-core';
import { lockOf } from '../../locks/lock-of';
import { expectationOrAny } from '../../panels/expectation-of';
import { originOf } from '../../panels/origin-of';
import { snapshotBeforeRevert } from '../../panels/snapshot-before-revert';
import { Rpc, panelWrite } from '../calls/call-needs';
import { CallInterceptor } from '../calls/call.interceptor';
import { type RawCall, openCall, panelOf } from '../calls/open-call';
import { GRPC_DOOR, type GrpcDoor } from '../grpc-door';
import { operationsOf } from '../messages/operations';
import { provenanceIn } from '../messages/provenance';
import { RequestShape } from '../messages/request-shape';
import type { RevertRequest, TransactRequest } from '../messages/requests';

const shapes = {
  revert: new RequestShape(RevertPanelRequest),
  transact: new RequestShape(TransactionRequest),
};

/** Reverts, and changes of several panels as one. */
@Controller()
@UseInterceptors(CallInterceptor)
export class ChangesGrpc {
  constructor(
    private readonly core: StateCore,
    private readonly snapshots: Snapshots,
    private readonly admission: Admission,
    @Inject(GRPC_DOOR) private readonly door: GrpcDoor,
  ) {}

  @Rpc('Revert', { scope: 'state:write', access: 'write', existing: true, metadata: panelWrite })
  async revert(request: RevertRequest, _: Metadata, raw: RawCall): Promise<object> {
    const { caller, metadata, idempotent } = openCall(raw);
    const key = panelOf(raw);
    const { targetVersion, createSnapshot, version, lock, provenance } = shapes.revert.read({
      targetVersion: request.targetVersion,
      createSnapshot: request.createSnapshot,
      version: request.version,
      lock: request.lock,
      provenance: provenanceIn(request.provenance),
    });
    const expectation = expectationOrAny(metadata, version);
    const fenced = lockOf(caller, metadata, lock);
    const { core, snapshots } = this;
    const reverting = { caller, key, request: idempotent, targetVersion };
    const facts = createSnapshot ? await snapshotBeforeRevert(reverting, { core, snapshots }) : {};
    const { change, facts: kept } = await core.editPanel({
      key,
      edit: { kind: 'revert', targetVersion },
      expectation,
      onConflict: 'reject',
      origin: originOf(caller, { triggerSource: `revert:${targetVersion}`, provenance }, metadata),
      request: idempotent,
      lock: fenced,
      facts,
    });
    const { version: newVersion, revision, occurredAt: updatedAt } = change;
    return { ...kept, version: newVersion, revision, revertedTo: targetVersion, updatedAt };
  }

  @Rpc('Transact', {
    scope: 'state:write',
    access: 'write',
    metadata: ['nexus-lock', 'nexus-turn', 'idempotency-key'],
  })
  async transact(request: TransactRequest, _: Metadata, raw: RawCall): Promise<object> {
    const { caller, metadata, idempotent, workspace } = openCall(raw);
    const operations = await operationsOf(request.operations, this.door.json, this.core.limits);
    const { triggeredBy, triggerSource, lock } = request;
    const provenance = provenanceIn(request.provenance);
    const body = shapes.transact.read({ operations: [], triggeredBy, triggerSource, lock, provenance });
    const open = workspace as OpenWorkspace;
    await this.admission.admitOperations(
      caller,
      open,
      operations.map(({ panelId }) => panelId),
    );
    const { revision, panels } = await this.core.transact({
      workspace: open,
      operations,
      origin: originOf(caller, body, metadata),
      request: idempotent,
      lock: lockOf(caller, metadata, body.lock),
    });
    return { revision, panels };
  }
}
