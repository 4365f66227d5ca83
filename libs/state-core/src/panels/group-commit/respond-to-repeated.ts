import type { JsonObject } from '@nexus-state/documents';
import { IdempotencyKeyReused } from '../../errors';
import { type IdempotentRequest, type KeptResponse, isRepetition } from '../model';
import type { WriteRequest } from './change-draft';
import { type PanelWriteQueue, type PendingWrite, isToLookUp } from './panel-write-queue';

/**
 * Looks up the keys of the writes that wait in a queue, all at once. Repeated requests are answered with what the first one
 * came to, and others under the same key refused; the rest wait on.
 * @param find what is kept under the key of a request
 */
export async function respondToRepeated<R extends WriteRequest, H>(
  queue: PanelWriteQueue<R, H>,
  find: (request: IdempotentRequest) => Promise<KeptResponse | undefined>,
): Promise<void> {
  const writes = queue.waiting.filter(isToLookUp);
  const found = await Promise.all(writes.map((write) => find(write.request.request as IdempotentRequest)));
  const answered = new Set<PendingWrite<R, H>>();
  for (const [index, write] of writes.entries()) {
    write.lookedUp = true;
    const kept = found[index];
    if (!kept) continue;
    answered.add(write);
    answer(write, kept);
  }
  if (answered.size > 0) queue.waiting = queue.waiting.filter((write) => !answered.has(write));
}

function answer<R extends WriteRequest, H>(write: PendingWrite<R, H>, kept: KeptResponse): void {
  const [change] = kept.changes;
  if (!change || !isRepetition(write.request.request as IdempotentRequest, kept))
    write.reject(new IdempotencyKeyReused());
  else write.resolve({ change, facts: (kept.answer['facts'] ?? {}) as JsonObject, replayed: true });
}
