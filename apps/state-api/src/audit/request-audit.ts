import { type Principal, refusalCodeOf } from '@nexus-state/nest-kit';
import {
  type AuditAction,
  type AuditDoor,
  type AuditLog,
  type AuditRecord,
  type WorkspaceKey,
  auditResource,
  auditText,
  auditTime,
} from '@nexus-state/state-core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isTaken } from './touched-by';

/** A panel or key that a request is about, where its path does not say it. */
export interface AuditTarget {
  readonly panelId?: string | undefined;
  readonly key?: string | undefined;
  readonly version?: number | undefined;
  /** What is done to it, where that is less than what the request does. */
  readonly action?: AuditAction;
}

/** What of a request says what it is about. */
interface AddressedRequest {
  readonly principal: Principal;
  readonly params: {
    readonly workspaceId?: string;
    readonly repository?: string;
    readonly panelId?: string;
    readonly owner?: string;
  };
  readonly query: { readonly owner?: unknown };
  readonly stateKey?: string;
  readonly workspace?: WorkspaceKey;
}

const audit = Symbol('audit');

interface AuditedRequest {
  [audit]?: RequestAudit;
}

/** What the audit log will say of one request; undefined of a request that is not on it. */
export function auditOf(request: FastifyRequest): RequestAudit | undefined {
  return (request as AuditedRequest)[audit];
}

/** What the audit log will say of one request. */
export class RequestAudit {
  /** The panels or keys that it is about, where there are several or the path does not name them. */
  targets: readonly AuditTarget[] | undefined;
  /** The version that it has read or written, where the entity tag does not say it. */
  version: number | undefined;
  #isDone = false;

  constructor(
    private readonly log: AuditLog,
    private readonly request: FastifyRequest,
    readonly action: AuditAction,
    private readonly door: AuditDoor,
  ) {
    (request as AuditedRequest)[audit] = this;
  }

  /** The door puts down by itself what is done: nothing more of the request goes to the log from here. */
  handOver(): void {
    this.#isDone = true;
  }

  /** A stream of events begins: what it sends later is not on the log. */
  streamBegins(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    for (const record of this.#records('watch', 'sse', 'ok', this.version)) this.log.note(record);
  }

  /**
   * The request is about to be answered.
   * @returns undefined where the answer need not wait for the log
   * @throws AuditPending
   */
  answered(reply: FastifyReply): Promise<void> | undefined {
    if (this.#isDone) return undefined;
    this.#isDone = true;
    const version = this.version ?? versionIn(reply.getHeader('etag'));
    const outcome = refusalCodeOf(this.request) ?? 'ok';
    const records = this.#records(this.action, this.door, outcome, version);
    if (this.action === 'write' && !this.log.isFailing) return this.log.keep(records);
    if (this.action === 'write' && outcome === 'ok') return this.log.keep(records);
    for (const record of records) this.log.note(record);
    return undefined;
  }

  #records(action: AuditAction, door: AuditDoor, outcome: string, version?: number): AuditRecord[] {
    const { log, targets, request } = this;
    const { principal, params, query, stateKey, workspace } = request as unknown as AddressedRequest;
    const named = typeof query.owner === 'string' ? query.owner : params.owner;
    const owner = workspace?.owner ?? auditText(named ?? principal.subject);
    const workspaceId = params.workspaceId ?? params.repository?.replace(/\.git$/, '');
    const time = auditTime();
    const recordOf = (target: AuditTarget): AuditRecord => ({
      time,
      actor: principal.subject,
      owner,
      door,
      action: target.action ?? action,
      resource: auditResource({ workspaceId, panelId: target.panelId, key: target.key }),
      version: outcome === 'ok' ? target.version : undefined,
      outcome,
      requestId: request.id,
    });
    if (!targets?.length) return [recordOf({ panelId: params.panelId, key: stateKey, version })];
    return targets.filter((target) => isTaken(log, target.action ?? action, action)).map(recordOf);
  }
}

/** The version that an entity tag names. */
function versionIn(etag: unknown): number | undefined {
  const [, digits] = /^"(\d{1,16})"$/.exec(String(etag)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
