import type { Accepted } from '../commit';
import type { AnnouncePorts } from './panel-ports';

/**
 * Tells of changes of one panel that are durable: puts the newest version into the cache and publishes each. Never
 * fails, for the changes stand whatever becomes of the hints.
 * @param accepted oldest first; at least one
 */
export async function announceChanges(accepted: readonly Accepted[], ports: AnnouncePorts): Promise<void> {
  const newest = accepted.at(-1)?.panel;
  if (!newest) return;
  await Promise.all([
    ports.copies.write(newest),
    ...accepted.map(({ change }) =>
      ports.bus.publish(change).catch((error: unknown) => ports.observer.hintFailed('update', error)),
    ),
  ]);
}
