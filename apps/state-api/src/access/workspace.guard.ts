import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  applyDecorators,
  createParamDecorator,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { WorkspaceParams } from '@nexus-state/contracts';
import { type Principal, RouteMark, ShapePipe, describeRoute, queryShapesOf } from '@nexus-state/nest-kit';
import {
  type Access,
  AccessControl,
  type OpenWorkspace,
  type PanelKey,
  PanelNotFound,
  WorkspaceNotFound,
  panelKey,
} from '@nexus-state/state-core';
import { type OwnerSources, ownerOf } from './owner-of';

interface PlacedRequest {
  readonly params: {
    readonly workspaceId?: string;
    /** In its place, where git clients come in: `<workspaceId>.git`. */
    readonly repository?: string;
    readonly owner?: string;
    readonly panelId?: string;
  };
  readonly query: { readonly owner?: unknown };
  readonly raw: OwnerSources['raw'];
  readonly principal: Principal;
  workspace?: OpenWorkspace;
  panelKey?: PanelKey;
}

/** What a route needs of the workspace in its path. */
interface WorkspaceNeeds {
  readonly access: Access;
  /** Whether the workspace has to exist, because the route works on it without creating it. */
  readonly existing?: boolean;
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
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<PlacedRequest>().workspace,
);

/** The panel in the path, in the workspace that the guard let the caller into: `@AtPanel() key: PanelKey`. */
export const AtPanel = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<PlacedRequest>().panelKey,
);

/**
 * Lets a caller into the workspace in the path: their own, or one that is shared with them (`?owner=`, or the header
 * `X-Workspace-Owner`, says whose), as far as their role and the `paths` of their token reach.
 */
@Injectable()
export class WorkspaceGuard implements CanActivate {
  constructor(
    private readonly access: AccessControl,
    private readonly reflector: Reflector,
  ) {}

  /** @throws InvalidId, WorkspaceNotFound, PanelNotFound, RoleRequired, ValidationFailed */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needs = needsMark.of(context, this.reflector);
    if (!needs) return true;
    const request = context.switchToHttp().getRequest<PlacedRequest>();
    const { principal, params } = request;
    const workspaceId = workspaceIdOf(request);
    // A shape of the route's own is checked with the route.
    if (queryShapesOf(context.getHandler()).length === 1) workspaceParams.transform(request.query);
    request.workspace = await this.access.open({
      subject: principal.subject,
      paths: principal.paths,
      workspaceId,
      owner: ownerOf(request),
      ...needs,
    });
    if (params.panelId !== undefined) {
      request.panelKey = panelKey(request.workspace.owner, workspaceId, params.panelId);
      if (!principal.paths.reachesPanel(workspaceId, params.panelId)) throw new PanelNotFound(params.panelId);
    }
    return true;
  }
}

const workspaceParams = new ShapePipe<WorkspaceParams>(WorkspaceParams, { coerce: true });

/** @throws WorkspaceNotFound when the path names no repository */
function workspaceIdOf({ params: { workspaceId, repository = '' } }: PlacedRequest): string {
  if (workspaceId !== undefined) return workspaceId;
  if (!repository.endsWith('.git')) throw new WorkspaceNotFound(repository);
  return repository.slice(0, -'.git'.length);
}
