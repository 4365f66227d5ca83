import type { ReadChangesSince } from '../model';
import type { WriteRequest } from './change-draft';
import { type Decided, decideWaiting } from './decide-waiting';
import type { GroupCommitPorts } from './group-commit-ports';
import type { PanelWriteQueue, PendingWrite } from './panel-write-queue';

/**
 * Decides the writes that wait in a queue while its panel is held. What was read of history for a write is read to its end here, for it cannot
 * go on meanwhile: otherwise a process that is ahead makes new changes each time, and the write is never decided.
 * @param changesSince reads the changes of the panel that is held
 * @param limit at most so many are decided at once
 */
export async function decideHeld<R extends WriteRequest, H>(
  queue: PanelWriteQueue<R, H>,
  { decide, readHistory }: Pick<GroupCommitPorts<R, H>, 'decide' | 'readHistory'>,
  changesSince: ReadChangesSince,
  limit: number,
): Promise<Decided<R, H>> {
  const decided = await decideWaiting(queue, decide, limit);
  const behind = decided.needHistory.filter(({ history }) => history !== undefined);
  if (behind.length === 0) return decided;
  const ready: PendingWrite<R, H>[] = [...decided.writes];
  for (const write of behind) {
    try {
      write.history = await readHistory(write.request, write.history, changesSince);
      ready.push(write);
    } catch (error) {
      write.reject(error);
    }
  }
  // Nothing is stored yet, so all of them are decided again, in the order in which they came.
  queue.waiting.unshift(...ready.sort((one, other) => one.arrived - other.arrived));
  const again = await decideWaiting(queue, decide, limit);
  const unread = decided.needHistory.filter(({ history }) => history === undefined);
  return { ...again, needHistory: [...unread, ...again.needHistory] };
}
