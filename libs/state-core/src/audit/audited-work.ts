import { StateError } from '@nexus-state/documents';
import type { AuditLog } from './audit-log';
import { type AuditRecord, type AuditResource, auditResource, auditText, auditTime } from './model';

/** What is asked for, as far as it is known before it is done. */
export interface AuditedWork extends Pick<AuditRecord, 'actor' | 'door' | 'action' | 'requestId'> {
  /** Whose workspace or key it is, as far as the request says; by default the actor's. A function where the work finds it out. */
  readonly owner?: string | (() => string | undefined) | undefined;
  /** What it is about, one record each. */
  readonly resources: readonly AuditResource[];
}

/** What is known of it once it is done. */
export interface AuditedOutcome {
  readonly owner?: string | undefined;
  /** Of work that is about one resource. */
  readonly version?: number | undefined;
}

/** Says that the work is done; to be waited for before the caller is told. */
export type AuditDone = (outcome: AuditedOutcome) => Promise<void>;

/**
 * Does what is asked for, and puts it down: as done, or as refused.
 * @param work calls what it is given when it is done, and waits for that before it replies
 * @throws what the work throws; AuditUnavailable, AuditPending for a write
 */
export async function audited<T>(
  log: AuditLog,
  asked: AuditedWork,
  work: (done: AuditDone) => Promise<T>,
): Promise<T> {
  const isTaken = log.takes(asked.action);
  let isDone = !isTaken;
  const put = (outcome: string, known: AuditedOutcome = {}): Promise<void> | undefined => {
    if (isDone) return undefined;
    isDone = true;
    const records = recordsOf(asked, outcome, known);
    if (asked.action === 'write') return log.keep(records);
    for (const record of records) log.note(record);
    return undefined;
  };
  try {
    if (isTaken && asked.action === 'write') await log.requireWritable();
    return await work(async (known) => put('ok', known));
  } catch (error) {
    // What was refused is answered at once.
    put(error instanceof StateError ? error.code : 'internal_error')?.catch(() => undefined);
    throw error;
  }
}

function recordsOf(
  { actor, owner: asked, door, action, resources, requestId }: AuditedWork,
  outcome: string,
  known: AuditedOutcome,
): AuditRecord[] {
  const owner = (typeof asked === 'function' ? asked() : asked) ?? actor;
  return resources.map((resource) => ({
    time: auditTime(),
    actor,
    owner: known.owner ?? auditText(owner),
    door,
    action,
    resource: auditResource(resource),
    version: known.version,
    outcome,
    requestId,
  }));
}
