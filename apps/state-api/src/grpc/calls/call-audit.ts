import {
  type AuditAction,
  type AuditLog,
  type AuditRecord,
  type AuditResource,
  type WorkspaceKey,
  auditResource,
  auditText,
} from '@nexus-state/state-core';
import type { KeyOperationMessage, OperationMessage } from '../messages/requests';

/** What of a message says what its call is about. */
interface AddressedMessage {
  readonly workspaceId?: string;
  readonly panelId?: string;
  readonly key?: string;
  readonly prefix?: string;
  readonly pattern?: string;
  readonly operations?: readonly (OperationMessage | KeyOperationMessage)[];
}

/** What of a response says which versions there are. */
interface VersionedResponse {
  readonly version?: number;
  readonly entry?: { readonly version?: number };
  readonly panels?: readonly { readonly panelId: string; readonly version: number }[];
  readonly results?: readonly { readonly key: string; readonly version: number }[];
}

/** A call of which it is known who makes it. */
export interface AuditedCall {
  readonly action: AuditAction;
  readonly actor: string;
  readonly owner: string | undefined;
  readonly requestId: string;
  readonly message: object;
}

/** What the audit log will say of one call. */
export class CallAudit {
  /** The workspace that the call was let into. */
  workspace: WorkspaceKey | undefined;
  #isDone = false;

  private constructor(
    private readonly log: AuditLog,
    private readonly call: AuditedCall,
  ) {}

  /** @returns undefined where the call is not on the log */
  static begin(log: AuditLog, call: AuditedCall): CallAudit | undefined {
    return log.takes(call.action) ? new CallAudit(log, call) : undefined;
  }

  /** @throws AuditUnavailable for a write that could not be put down */
  async requireWritable(): Promise<void> {
    if (this.call.action === 'write') await this.log.requireWritable();
  }

  /**
   * The call was served, or its stream has begun.
   * @throws AuditPending
   */
  async served(response: VersionedResponse = {}): Promise<void> {
    await this.#put('ok', response);
  }

  /** The call was refused: its status does not wait for the log. */
  refused(code: string): void {
    this.#put(code, {})?.catch(() => undefined);
  }

  #put(outcome: string, response: VersionedResponse): Promise<void> | undefined {
    if (this.#isDone) return undefined;
    this.#isDone = true;
    const records = this.#records(outcome, response);
    if (this.call.action === 'write') return this.log.keep(records);
    for (const record of records) this.log.note(record);
    return undefined;
  }

  #records(outcome: string, response: VersionedResponse): AuditRecord[] {
    const { action, actor, owner = actor, requestId, message } = this.call;
    return resourcesOf(message).map((resource) => ({
      time: new Date().toISOString(),
      actor,
      owner: this.workspace?.owner ?? auditText(owner),
      door: 'grpc',
      action,
      resource: auditResource(resource),
      version: versionOf(resource, response),
      outcome,
      requestId,
    }));
  }
}

/** What a message is about: of a transaction, each of its panels or keys. */
function resourcesOf({
  workspaceId,
  panelId,
  key,
  prefix,
  pattern,
  operations,
}: AddressedMessage): AuditResource[] {
  const place = workspaceId === undefined ? {} : { workspaceId };
  const panels = new Set(operations?.flatMap((one) => placeIn(one)?.panelId ?? []));
  if (panels.size > 0) return [...panels].map((one) => ({ ...place, panelId: one }));
  const keys = new Set(operations?.flatMap((one) => placeIn(one)?.key ?? []));
  if (keys.size > 0) return [...keys].map((one) => ({ key: one }));
  const named = key ?? pattern ?? (prefix === undefined ? undefined : `${prefix}*`);
  return [
    {
      ...place,
      ...(panelId === undefined ? {} : { panelId }),
      ...(named === undefined ? {} : { key: named }),
    },
  ];
}

/** What an operation is about. */
function placeIn(operation: OperationMessage | KeyOperationMessage) {
  const [place] = Object.values(operation) as { readonly panelId?: string; readonly key?: string }[];
  return place;
}

function versionOf({ panelId, key }: AuditResource, { version, entry, panels, results }: VersionedResponse) {
  if (panels) return panels.find((panel) => panel.panelId === panelId)?.version;
  // The last one of a key is that of its write.
  if (results) return results.findLast((result) => result.key === key)?.version;
  return version ?? entry?.version;
}
