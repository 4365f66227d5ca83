import {
  type AuditAction,
  type AuditLog,
  type AuditRecord,
  type AuditResource,
  type WorkspaceKey,
  auditResource,
  auditTime,
  auditText,
} from '@nexus-state/state-core';
import { isTaken, touchedBy } from '../../audit/touched-by';
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
    const audited = resourcesOf(message).filter((one) => isTaken(this.log, one.action ?? action, action));
    return audited.map(({ action: ofThis = action, checked, resource }) => ({
      time: auditTime(),
      actor,
      owner: this.workspace?.owner ?? auditText(owner),
      door: 'grpc',
      action: ofThis,
      resource: auditResource(resource),
      version: versionOf(resource, response) ?? (outcome === 'ok' ? checked : undefined),
      outcome,
      requestId,
    }));
  }
}

/** What a message is about, and what is done to it where that is less than what the call does. */
interface Audited {
  readonly resource: AuditResource;
  readonly action?: AuditAction;
  /** The version that was required of it, where nothing more is done. */
  readonly checked?: number | undefined;
}

/** What a message is about: of a transaction, each of its panels or keys. */
function resourcesOf({
  workspaceId,
  panelId,
  key,
  prefix,
  pattern,
  operations = [],
}: AddressedMessage): Audited[] {
  const place = workspaceId === undefined ? {} : { workspaceId };
  const panels = touchedIn(operations, 'panelId', (panel) => ({ ...place, panelId: panel }));
  if (panels.length > 0) return panels;
  const keys = touchedIn(operations, 'key', (one) => ({ key: one }));
  if (keys.length > 0) return keys;
  const named = key ?? pattern ?? (prefix === undefined ? undefined : `${prefix}*`);
  const resource = {
    ...place,
    ...(panelId === undefined ? {} : { panelId }),
    ...(named === undefined ? {} : { key: named }),
  };
  return [{ resource }];
}

/** The panels, or the keys, of a transaction. */
function touchedIn(
  operations: readonly (OperationMessage | KeyOperationMessage)[],
  kind: 'panelId' | 'key',
  resourceOf: (name: string) => AuditResource,
): Audited[] {
  const audited = operations.flatMap((operation) => {
    const [place] = Object.values(operation) as { readonly panelId?: string; readonly key?: string }[];
    const name = place?.[kind];
    return name === undefined ? [] : [{ name, checked: operation.check?.version }];
  });
  return [...touchedBy(audited)].map(([name, { action, version }]) => {
    return { resource: resourceOf(name), action, checked: version };
  });
}

function versionOf({ panelId, key }: AuditResource, { version, entry, panels, results }: VersionedResponse) {
  if (panels) return panels.find((panel) => panel.panelId === panelId)?.version;
  // The last one of a key is that of its write.
  if (results) return results.findLast((result) => result.key === key)?.version;
  return version ?? entry?.version;
}
