import {
  Forbidden,
  KeyNotFound,
  OperationRefused,
  PanelNotFound,
  PathsTooNarrow,
  WorkspaceNotFound,
} from '../errors';
import type { Allowance, RateLimits, RequestKind } from '../limits';
import { type PanelKey, type WorkspaceKey, panelKey } from '../panels/model';
import type { AccessControl, OpenWorkspace } from '../workspaces';
import type { Access } from '../workspaces/access';
import type { Caller, Scope } from './caller';

/** A workspace, or a panel in it, that a request is about. */
export interface Place {
  readonly workspaceId: string;
  /** Whose workspace of this id; by default the caller's own, else the one that is shared with them. */
  readonly owner?: string | undefined;
  readonly panelId?: string | undefined;
  readonly access: Access;
  /** Whether the workspace must exist; by default a first write creates it. */
  readonly existing?: boolean | undefined;
  /**
   * How much of the workspace the token must reach: part of it (the default); all of it, else the request is forbidden; or
   * all of it, else the caller sees nothing there.
   */
  readonly reach?: 'part' | 'whole' | 'whole-to-see' | undefined;
}

/** A request that asks to be let in. */
export interface AdmissionRequest {
  readonly caller: Caller;
  /** The scope that it needs; none where a later request on the same connection brings one. */
  readonly scope?: Scope | undefined;
  /** What it counts as against the rate limits; nothing where absent. */
  readonly counts?: RequestKind | undefined;
  /** What it is about, where that is a workspace. A function is called once the scope and the user's rate allow it. */
  readonly place?: Place | (() => Place) | undefined;
  /** The key that it is about, where it is about one. A function is called once the scope and the user's rate allow it. */
  readonly key?: string | (() => string) | undefined;
  /** Called after each count with the rate limit that is nearest to its end, also where the request is refused later. */
  readonly onCounted?: ((allowance: Allowance) => void) | undefined;
}

/** A request that was let in. */
export interface Admitted {
  /** The workspace that the request is about. */
  readonly workspace: OpenWorkspace | undefined;
  /** The panel that it is about. */
  readonly panel: PanelKey | undefined;
}

/** The same, of a request about a workspace. */
export interface AdmittedToWorkspace extends Admitted {
  readonly workspace: OpenWorkspace;
}

/** The same, of a request about a panel. */
export interface AdmittedToPanel extends AdmittedToWorkspace {
  readonly panel: PanelKey;
}

/**
 * The one way in, for every door: scope, the user's rate, access to the workspace, reach of the token, the workspace's rate,
 * in this order. Keys are their owner's alone: of them, only the reach of the token is looked at. So callers learn nothing of what they may not see, and strangers spend nothing of a workspace's rate.
 */
export class Admission {
  constructor(
    private readonly access: AccessControl,
    private readonly rates: RateLimits,
  ) {}

  /**
   * Lets a request in.
   * @throws Forbidden without the scope; RateLimited; KeyNotFound for a key that the token does not reach; what `AccessControl.open`
   *   throws; InvalidId and PanelNotFound for a panel;
   *   PathsTooNarrow, WorkspaceNotFound where the token must reach the whole workspace
   */
  admit(
    request: AdmissionRequest & { readonly place: Place & { readonly panelId: string } },
  ): Promise<AdmittedToPanel>;
  admit(request: AdmissionRequest & { readonly place: Place }): Promise<AdmittedToWorkspace>;
  admit(request: AdmissionRequest): Promise<Admitted>;
  async admit(request: AdmissionRequest): Promise<Admitted> {
    const { caller, scope, counts, onCounted } = request;
    const { subject, paths } = caller;
    if (scope !== undefined && !caller.scopes.has(scope)) throw new Forbidden(scope);
    const ofUser = counts && (await this.rates.ofUser(subject, counts));
    if (ofUser) onCounted?.(ofUser);
    const key = typeof request.key === 'function' ? request.key() : request.key;
    if (key !== undefined && !paths.keys.reaches(key)) throw new KeyNotFound(key);
    const place = typeof request.place === 'function' ? request.place() : request.place;
    if (!place) return { workspace: undefined, panel: undefined };
    const workspace = await this.access.open({ subject, paths, ...place });
    const { workspaceId, panelId } = place;
    const panel = panelId === undefined ? undefined : panelKey(workspace.owner, workspaceId, panelId);
    requireReach(caller, place);
    const ofWorkspace = counts && (await this.rates.ofWorkspace(workspace, counts));
    if (ofWorkspace) onCounted?.(nearest(ofUser, ofWorkspace));
    return { workspace, panel };
  }

  /**
   * Lets in the operations of a transaction that was admitted as one write: each must be within the token's reach, and many
   * count as several writes.
   * @param panelIds the panel of each operation
   * @throws OperationRefused naming the operation that the token does not reach; RateLimited
   */
  async admitOperations(
    { subject, paths }: Caller,
    workspace: WorkspaceKey,
    panelIds: readonly string[],
  ): Promise<void> {
    panelIds.forEach((panelId, index) => {
      if (paths.reachesPanel(workspace.workspaceId, panelId)) return;
      throw new OperationRefused(index, new PanelNotFound(panelId));
    });
    await this.rates.ofTransaction(subject, workspace, panelIds.length);
  }

  /**
   * The same, for a transaction of keys.
   * @param keys the key of each operation
   * @throws OperationRefused naming the operation that the token does not reach; RateLimited
   */
  async admitKeyOperations({ subject, paths }: Caller, keys: readonly string[]): Promise<void> {
    keys.forEach((key, index) => {
      if (!paths.keys.reaches(key)) throw new OperationRefused(index, new KeyNotFound(key));
    });
    await this.rates.ofKeyTransaction(subject, keys.length);
  }
}

/**
 * Checks what a token reaches, for a caller that has access.
 * @throws PanelNotFound, WorkspaceNotFound, PathsTooNarrow
 */
export function requireReach({ paths }: Caller, { workspaceId, panelId, reach = 'part' }: Place): void {
  if (reach !== 'part' && !paths.reachesWhole(workspaceId)) {
    throw reach === 'whole' ? new PathsTooNarrow(workspaceId) : new WorkspaceNotFound(workspaceId);
  }
  if (panelId !== undefined && !paths.reachesPanel(workspaceId, panelId)) throw new PanelNotFound(panelId);
}

function nearest(one: Allowance | undefined, other: Allowance): Allowance {
  return one && one.left / one.perSecond <= other.left / other.perSecond ? one : other;
}
