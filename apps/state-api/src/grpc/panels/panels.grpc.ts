import { Controller, Inject, UseInterceptors } from '@nestjs/common';
import type { Metadata } from '@grpc/grpc-js';
import {
  CreatePanelRequest,
  DeletePanelRequest,
  PatchPanelRequest,
  ReplacePanelRequest,
} from '@nexus-state/contracts';
import { type JsonObject, type JsonValue, ValidationFailed, readPatch } from '@nexus-state/documents';
import { type Edit, type PanelKey, StateCore, type Written, operationsOf } from '@nexus-state/state-core';
import { lockOf } from '../../locks/lock-of';
import { expectationOf, expectationOfCreate, expectationOrAny } from '../../panels/expectation-of';
import { originOf } from '../../panels/origin-of';
import { policyOfPatch } from '../../panels/patch-body';
import { yieldedOf } from '../../panels/yielded-of';
import { Rpc, panelWrite } from '../calls/call-needs';
import { CallInterceptor } from '../calls/call.interceptor';
import { type RawCall, openCall, panelOf } from '../calls/open-call';
import { GRPC_DOOR, type GrpcDoor } from '../grpc-door';
import { patchJson } from '../messages/change-message';
import { conflictPolicy } from '../messages/conflict-policy';
import { jsonField } from '../messages/json-field';
import { provenanceIn } from '../messages/provenance';
import { RequestShape } from '../messages/request-shape';
import type { CreateRequest, DeleteRequest, PatchRequest, PutRequest } from '../messages/requests';

const shapes = {
  create: new RequestShape(CreatePanelRequest),
  put: new RequestShape(ReplacePanelRequest),
  patch: new RequestShape(PatchPanelRequest),
  delete: new RequestShape(DeletePanelRequest),
};

const write = { scope: 'state:write', access: 'write', metadata: panelWrite } as const;

/** Panels: made, replaced, patched and deleted. */
@Controller()
@UseInterceptors(CallInterceptor)
export class PanelsGrpc {
  constructor(
    private readonly core: StateCore,
    @Inject(GRPC_DOOR) private readonly door: GrpcDoor,
  ) {}

  @Rpc('Create', write)
  async create(request: CreateRequest, _: Metadata, raw: RawCall): Promise<object> {
    const { caller, metadata, idempotent } = openCall(raw);
    const key = panelOf(raw);
    const { triggeredBy, triggerSource, lock } = request;
    const provenance = provenanceIn(request.provenance);
    const initialState = await jsonField(request.initialStateJson, 'initialStateJson', this.door.json);
    const body = shapes.create.read({ initialState, triggeredBy, triggerSource, lock, provenance });
    const written = await this.core.editPanel({
      key,
      edit: { kind: 'create', state: body.initialState as JsonObject },
      at: '/initialStateJson',
      expectation: expectationOfCreate(metadata),
      onConflict: 'reject',
      origin: originOf(caller, body, metadata),
      request: idempotent,
      lock: lockOf(caller, metadata, body.lock),
    });
    return { ...idsOf(key), ...acknowledge(written) };
  }

  @Rpc('Put', write)
  async put(request: PutRequest, _: Metadata, raw: RawCall): Promise<object> {
    const { caller, metadata, idempotent } = openCall(raw);
    const { version, triggeredBy, triggerSource, lock } = request;
    const onConflict = conflictPolicy(request.onConflict);
    const provenance = provenanceIn(request.provenance);
    const state = await jsonField(request.stateJson, 'stateJson', this.door.json);
    const body = shapes.put.read({
      state,
      version,
      onConflict,
      triggeredBy,
      triggerSource,
      lock,
      provenance,
    });
    const written = await this.core.editPanel({
      key: panelOf(raw),
      edit: { kind: 'replace', state: body.state as JsonObject },
      at: '/stateJson',
      expectation: expectationOf(metadata, body.version),
      onConflict: body.onConflict ?? 'reject',
      origin: originOf(caller, body, metadata),
      request: idempotent,
      lock: lockOf(caller, metadata, body.lock),
    });
    return { ...acknowledge(written), created: written.change.changeType === 'created' && !written.kept };
  }

  @Rpc('Patch', write)
  async patch(request: PatchRequest, _: Metadata, raw: RawCall): Promise<object> {
    const { caller, metadata, idempotent } = openCall(raw);
    const { edit, at, ...around } = await this.#patchOf(request);
    const written = await this.core.editPanel({
      key: panelOf(raw),
      edit,
      at,
      expectation: expectationOf(metadata, around.version),
      onConflict: policyOfPatch(metadata, around.onConflict),
      origin: originOf(caller, around, metadata),
      request: idempotent,
      lock: lockOf(caller, metadata, around.lock),
    });
    const { change } = written;
    const baseVersion = written.kept ? null : change.baseVersion;
    return {
      ...acknowledge(written),
      appliedPatches: edit.kind === 'patch' ? edit.patch.length : operationsOf(change),
      merged: baseVersion !== null,
      ...(baseVersion === null ? {} : { baseVersion, patchJson: patchJson(change) }),
    };
  }

  @Rpc('Delete', write)
  async delete(request: DeleteRequest, _: Metadata, raw: RawCall): Promise<object> {
    const { caller, metadata, idempotent } = openCall(raw);
    const { version, lock } = request;
    const body = shapes.delete.read({ version, lock, provenance: provenanceIn(request.provenance) });
    const written = await this.core.editPanel({
      key: panelOf(raw),
      edit: { kind: 'delete' },
      expectation: expectationOrAny(metadata, body.version),
      onConflict: 'reject',
      origin: originOf(caller, body, metadata),
      request: idempotent,
      lock: lockOf(caller, metadata, body.lock),
    });
    const { version: newVersion, revision } = written.change;
    return { version: newVersion, revision, ...yielded(written) };
  }

  /** @throws ValidationFailed where there is no patch, or a field is wrong; what `jsonField` throws */
  async #patchOf(request: PatchRequest) {
    const { patchesJson, mergePatchJson, version, triggeredBy, triggerSource, lock } = request;
    const around = {
      version,
      onConflict: conflictPolicy(request.onConflict),
      triggeredBy,
      triggerSource,
      lock,
      provenance: provenanceIn(request.provenance),
    };
    if (mergePatchJson !== undefined) {
      const document = (await jsonField(mergePatchJson, 'mergePatchJson', this.door.json)) as JsonValue;
      const { patches: _, ...read } = shapes.patch.read({ patches: [], ...around });
      return { edit: { kind: 'merge-patch', document } satisfies Edit, at: '/mergePatchJson', ...read };
    }
    if (patchesJson === undefined)
      throw new ValidationFailed([
        { pointer: '', message: 'must have either patchesJson or mergePatchJson' },
      ]);
    const { patches, ...read } = shapes.patch.read({
      patches: await jsonField(patchesJson, 'patchesJson', this.door.json),
      ...around,
    });
    const at = '/patchesJson';
    const { patchOperations } = this.core.limits;
    return {
      edit: { kind: 'patch', patch: readPatch(patches, at, patchOperations) } satisfies Edit,
      at,
      ...read,
    };
  }
}

function idsOf({ panelId, workspaceId }: PanelKey): object {
  return { panelId, workspaceId };
}

function acknowledge(written: Written): object {
  const { version, revision, occurredAt: updatedAt } = written.change;
  return { version, revision, updatedAt, ...yielded(written) };
}

function yielded(written: Written): object {
  const { dropped, proposalId } = yieldedOf(written);
  return {
    ...(dropped ? { droppedJson: Buffer.from(JSON.stringify(dropped)) } : {}),
    ...(proposalId === undefined ? {} : { proposalId }),
  };
}
