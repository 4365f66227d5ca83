import type { IncomingMessage } from 'node:http';
import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  applyDecorators,
  createParamDecorator,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { WorkspaceParams } from '@nexus-state/contracts';
import {
  type Principal,
  RouteMark,
  ShapePipe,
  describeRoute,
  queryShapesOf,
  rateHeaders,
  scopeOf,
} from '@nexus-state/nest-kit';
import {
  type Access,
  Admission,
  type Allowance,
  type OpenWorkspace,
  type PanelKey,
  type Place,
  WorkspaceNotFound,
} from '@nexus-state/state-core';
import { earlierRefusalOf } from './earlier-refusal';
import { type KeyedRequest, keyIn, keyMark } from './key-in-path';
import { type OwnerSources, ownerOf } from './owner-of';

interface AdmittedRequest extends KeyedRequest {
  readonly params: KeyedRequest['params'] & {
    readonly workspaceId?: string;
    /** In its place, where git clients come in: `<workspaceId>.git`. */
    readonly repository?: string;
    readonly owner?: string;
    readonly panelId?: string;
  };
  readonly query: { readonly owner?: unknown };
  readonly raw: OwnerSources['raw'] & IncomingMessage;
  readonly principal: Principal;
  workspace?: OpenWorkspace;
  panelKey?: PanelKey;
}

/** What a route needs of the workspace in its path. */
interface WorkspaceNeeds {
  readonly access: Access;
  /** Whether the workspace has to exist, because the route works on it without creating it. */
  readonly existing?: boolean;
  readonly reach?: Place['reach'];
}

const needsMark = new RouteMark<WorkspaceNeeds>('nexus:access');

/** What a route does to the workspace in its path; a route without a workspace has none. */
export function NeedsAccess(access: Access, needs: Omit<WorkspaceNeeds, 'access'> = {}): MethodDecorator {
  return applyDecorators(
    needsMark.set({ access, ...needs }),
    describeRoute(({ query, headers, problems }) => {
      query.push(WorkspaceParams);
      headers.push('X-Workspace-Owner');
      problems.push('invalid_id', 'validation_failed', 'not_found');
    }),
  );
}

/** The workspace that the guard let the caller into: `@InWorkspace() workspace: OpenWorkspace`. */
export const InWorkspace = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<AdmittedRequest>().workspace,
);

/** The panel in the path, in the workspace that the guard let the caller into: `@AtPanel() key: PanelKey`. */
export const AtPanel = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<AdmittedRequest>().panelKey,
);

/**
 * Admits a request (`Admission.admit`): the scope and the access come from the marks of its route, the workspace and the panel, or
 * the key, from its path. Whose workspace is meant comes from `ownerOf`. Runs after `JwtGuard`.
 */
@Injectable()
export class AdmissionGuard implements CanActivate {
  constructor(
    private readonly admission: Admission,
    private readonly reflector: Reflector,
  ) {}

  /** @throws what `Admission.admit` throws; ValidationFailed; InvalidKeyError */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const scope = scopeOf(context, this.reflector);
    if (scope === undefined) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<AdmittedRequest>();
    const needs = needsMark.of(context, this.reflector);
    const keyNeeds = keyMark.of(context, this.reflector);
    const reply = http.getResponse<{ headers(values: object): unknown }>();
    const onCounted = (allowance: Allowance) => void reply.headers(rateHeaders(allowance));
    const refusal = earlierRefusalOf(request.raw);
    if (refusal) {
      if (refusal.allowance) onCounted(refusal.allowance);
      if (refusal.workspace) request.workspace = refusal.workspace;
      throw refusal.error;
    }
    const { workspace, panel } = await this.admission.admit({
      caller: request.principal,
      scope,
      counts: scope === 'state:write' ? 'writes' : 'reads',
      place: needs && (() => placeOf(request, needs, context)),
      key: keyNeeds && (() => (request.stateKey = keyIn(request, keyNeeds))),
      onCounted,
    });
    if (workspace) request.workspace = workspace;
    if (panel) request.panelKey = panel;
    return true;
  }
}

function placeOf(request: AdmittedRequest, needs: WorkspaceNeeds, context: ExecutionContext): Place {
  // A shape of the route's own is checked with the route.
  if (queryShapesOf(context.getHandler()).length === 1) workspaceParams.transform(request.query);
  return {
    workspaceId: workspaceIdOf(request),
    owner: ownerOf(request),
    panelId: request.params.panelId,
    ...needs,
  };
}

const workspaceParams = new ShapePipe<WorkspaceParams>(WorkspaceParams, { coerce: true });

/** @throws WorkspaceNotFound when the path names no repository */
function workspaceIdOf({ params: { workspaceId, repository = '' } }: AdmittedRequest): string {
  if (workspaceId !== undefined) return workspaceId;
  if (!repository.endsWith('.git')) throw new WorkspaceNotFound(repository);
  return repository.slice(0, -'.git'.length);
}
