import type { JsonObject } from '@nexus-state/documents';
import { IdempotencyKeyReused } from '../../errors';
import { type IdempotentRequest, type KeptAnswer, isRepetition } from '../model';
import type { WriteRequest } from './change-draft';
import { type PanelWriteQueue, isToLookUp } from './panel-write-queue';

/**
 * Looks up the keys of the writes that wait in a queue. Repeated requests are answered with what the first one came to,
 * and others under the same key refused; the rest wait on.
 * @param find what is kept under the key of a request
 */
export async function answerRepeated<R extends WriteRequest, H>(
  queue: PanelWriteQueue<R, H>,
  find: (request: IdempotentRequest) => Promise<KeptAnswer | undefined>,
): Promise<void> {
  for (const write of queue.waiting.filter(isToLookUp)) {
    const request = write.request.request as IdempotentRequest;
    const kept = await find(request);
    write.lookedUp = true;
    if (!kept) continue;
    queue.waiting = queue.waiting.filter((other) => other !== write);
    const [change] = kept.changes;
    if (!change || !isRepetition(request, kept)) write.reject(new IdempotencyKeyReused());
    else write.resolve({ change, facts: (kept.answer['facts'] ?? {}) as JsonObject, replayed: true });
  }
}
