import { StateError } from '@nexus-state/documents';
import {
  type AuditAction,
  type AuditDoor,
  type AuditLog,
  type AuditRecord,
  type AuditResource,
  auditResource,
  auditText,
} from '@nexus-state/state-core';

/** What a message asks for. */
export interface AuditedMessage {
  readonly action: AuditAction;
  readonly actor: string;
  /** Whose workspace or key it is, as far as the message says; by default the actor's. */
  readonly owner?: string | undefined;
  readonly resource: AuditResource;
}

/** What is known of it once it is done. */
export interface AuditedOutcome {
  readonly owner?: string | undefined;
  readonly version?: number | undefined;
}

/** The messages of one connection on the audit log. */
export class ConnectionAudit {
  #messages = 0;

  constructor(
    private readonly log: AuditLog,
    private readonly door: AuditDoor,
    private readonly connectionId: string,
  ) {}

  /**
   * Does what a message asks for, and puts it down.
   * @param work calls what it is given when it is done, and waits for that before it replies
   * @throws what the work throws; AuditUnavailable, AuditPending for a write
   */
  async of(
    message: AuditedMessage,
    work: (done: (outcome: AuditedOutcome) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const { log } = this;
    const number = ++this.#messages;
    const isTaken = log.takes(message.action);
    let isDone = !isTaken;
    const put = (outcome: string, known: AuditedOutcome = {}): Promise<void> | undefined => {
      if (isDone) return undefined;
      isDone = true;
      const record = this.#record(message, number, outcome, known);
      if (message.action === 'write') return log.keep([record]);
      log.note(record);
      return undefined;
    };
    try {
      if (isTaken && message.action === 'write') await log.requireWritable();
      await work(async (known) => put('ok', known));
    } catch (error) {
      // What was refused is answered at once.
      put(error instanceof StateError ? error.code : 'internal_error')?.catch(() => undefined);
      throw error;
    }
  }

  #record(
    { action, actor, owner = actor, resource }: AuditedMessage,
    number: number,
    outcome: string,
    known: AuditedOutcome,
  ): AuditRecord {
    return {
      time: new Date().toISOString(),
      actor,
      owner: known.owner ?? auditText(owner),
      door: this.door,
      action,
      resource: auditResource(resource),
      version: known.version,
      outcome,
      requestId: `${this.connectionId}/${number}`,
    };
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
