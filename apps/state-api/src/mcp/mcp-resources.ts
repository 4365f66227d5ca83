import type { ReadResourceResult, Resource } from '@modelcontextprotocol/server';
import { ValidationFailed } from '@nexus-state/documents';
import {
  type Admission,
  type AuditAction,
  type AuditDone,
  type AuditLog,
  type AuditResource,
  type OpenWorkspace,
  type PanelKey,
  PanelNotFound,
  type StateCore,
  type Workspaces,
  audited,
} from '@nexus-state/state-core';
import type { McpCaller } from './tool-set/mcp-tool';

const pageSize = 100;

/** What clients list, with where to go on. */
export interface ResourcePage {
  readonly resources: Resource[];
  readonly nextCursor: string | undefined;
}

/** A panel that a caller was let into. */
export interface AdmittedPanel {
  readonly workspace: OpenWorkspace;
  readonly key: PanelKey;
}

/** A panel that is followed from a version on. */
export interface FollowedPanel extends AdmittedPanel {
  readonly version: number;
}

interface Position {
  readonly workspaceId: string;
  readonly cursor?: string;
}

/** Panels as resources: `nexus://<workspaceId>/<panelId>`. */
export class McpResources {
  constructor(
    private readonly core: StateCore,
    private readonly workspaces: Workspaces,
    private readonly admission: Admission,
    private readonly auditLog: AuditLog,
  ) {}

  /** The panels of the caller's workspaces, a page of one workspace at a time. @throws ValidationFailed for a wrong cursor */
  list(caller: McpCaller, cursor: string | undefined): Promise<ResourcePage> {
    return this.#audited('list', caller, {}, async (done) => {
      const page = await this.#page(caller, cursor);
      await done({});
      return page;
    });
  }

  async #page({ principal, owner }: McpCaller, cursor: string | undefined): Promise<ResourcePage> {
    await this.admission.admit({ caller: principal, scope: 'state:read', counts: 'reads' });
    const views = await this.workspaces.listFor(principal.subject);
    const ids = [...new Set(views.map(({ workspaceId }) => workspaceId))]
      .filter((id) => principal.paths.reachesInto(id))
      .sort();
    const position = cursor === undefined ? undefined : readCursor(cursor);
    const workspaceId = position?.workspaceId ?? ids[0];
    if (workspaceId === undefined) return { resources: [], nextCursor: undefined };
    const place = { workspaceId, owner, access: 'read' } as const;
    const { workspace } = await this.admission.admit({ caller: principal, scope: 'state:read', place });
    const visible = principal.paths.panelsOf(workspaceId);
    const page = await this.core.listPanels({
      workspace,
      visible,
      limit: pageSize,
      cursor: position?.cursor,
    });
    const next = ids[ids.indexOf(workspaceId) + 1];
    return {
      resources: page.panels.map(({ panelId, version, updatedAt, stateSizeBytes }) => ({
        uri: uriOf(workspaceId, panelId),
        name: panelId,
        description: `Version ${version} of panel ${panelId} in workspace ${workspaceId}.`,
        mimeType: 'application/json',
        size: stateSizeBytes,
        annotations: { lastModified: updatedAt },
        _meta: { version },
      })),
      nextCursor: page.nextCursor
        ? writeCursor({ workspaceId, cursor: page.nextCursor })
        : next && writeCursor({ workspaceId: next }),
    };
  }

  /** @throws PanelNotFound, what `Admission.admit` throws */
  read(caller: McpCaller, uri: string): Promise<ReadResourceResult> {
    return this.#audited('read', caller, placeIn(uri), async (done) => {
      const { key } = await this.#open(caller, uri);
      const { document, version } = await this.core.readPanel({ key, fresh: false });
      await done({ owner: key.owner, version });
      return { contents: [{ uri, mimeType: 'application/json', text: document, _meta: { version } }] };
    });
  }

  /** Lets a caller follow the panel that a URI names. @throws PanelNotFound, what `Admission.admit` throws */
  follow(caller: McpCaller, uri: string): Promise<FollowedPanel> {
    return this.#audited('watch', caller, placeIn(uri), async (done) => {
      const admitted = await this.#open(caller, uri);
      const { version } = await this.core.readPanel({ key: admitted.key, fresh: true });
      await done({ owner: admitted.key.owner, version });
      return { ...admitted, version };
    });
  }

  #audited<T>(
    action: AuditAction,
    { principal, owner, requestId }: McpCaller,
    resource: AuditResource,
    work: (done: AuditDone) => Promise<T>,
  ): Promise<T> {
    const asked = { action, actor: principal.subject, owner, resources: [resource], requestId };
    return audited(this.auditLog, { door: 'mcp', ...asked }, work);
  }

  /** @throws PanelNotFound, what `Admission.admit` throws */
  async #open({ principal, owner }: McpCaller, uri: string): Promise<AdmittedPanel> {
    const { workspaceId, panelId } = placeIn(uri);
    if (workspaceId === undefined || panelId === undefined) throw new PanelNotFound(uri);
    const place = { workspaceId, panelId, owner, access: 'read', existing: true } as const;
    const admitted = await this.admission.admit({
      caller: principal,
      scope: 'state:read',
      counts: 'reads',
      place,
    });
    return { workspace: admitted.workspace, key: admitted.panel };
  }
}

/** The URI of a panel. */
export function uriOf(workspaceId: string, panelId: string): string {
  return `nexus://${workspaceId}/${panelId}`;
}

/** The panel that a URI names; nothing where it names none. */
function placeIn(uri: string): Partial<Pick<PanelKey, 'workspaceId' | 'panelId'>> {
  const [, workspaceId, panelId] = /^nexus:\/\/([^/?#]+)\/([^/?#]+)$/.exec(uri) ?? [];
  return workspaceId === undefined || panelId === undefined ? {} : { workspaceId, panelId };
}

function writeCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function readCursor(text: string): Position {
  try {
    const { workspaceId, cursor } = JSON.parse(
      Buffer.from(text, 'base64url').toString(),
    ) as Partial<Position>;
    if (typeof workspaceId === 'string' && (cursor === undefined || typeof cursor === 'string'))
      return cursor === undefined ? { workspaceId } : { workspaceId, cursor };
  } catch {
    // No cursor of ours; refused below.
  }
  throw new ValidationFailed([{ pointer: '/cursor', message: 'is not a cursor of this list' }]);
}
