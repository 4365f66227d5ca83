import {
  type AuditDone,
  type AuditDoor,
  type AuditLog,
  type AuditResource,
  type AuditedWork,
  audited,
} from '@nexus-state/state-core';

/** What a message asks for. */
export interface AuditedMessage extends Pick<AuditedWork, 'action' | 'actor' | 'owner'> {
  readonly resource: AuditResource;
}

/** The messages of one connection on the audit log. */
export class ConnectionAudit {
  #messages = 0;

  constructor(
    private readonly log: AuditLog,
    private readonly door: AuditDoor,
    private readonly connectionId: string,
  ) {}

  /** Does what a message asks for, and puts it down: see `audited`. */
  of({ resource, ...message }: AuditedMessage, work: (done: AuditDone) => Promise<void>): Promise<void> {
    const requestId = `${this.connectionId}/${++this.#messages}`;
    return audited(this.log, { ...message, door: this.door, resources: [resource], requestId }, work);
  }
}

/** A panel, or with `*` the whole workspace. */
export function resourceOf({
  workspaceId,
  panelId,
}: {
  readonly workspaceId: string;
  readonly panelId: string;
}): AuditResource {
  return panelId === '*' ? { workspaceId } : { workspaceId, panelId };
}
