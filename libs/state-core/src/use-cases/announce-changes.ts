import type { Accepted } from '../commit';
import { panelDocument } from '../panel';
import type { AnnouncePorts } from './panel-ports';

/**
 * Tells of changes of one panel that are durable: puts the newest version into the cache and publishes each. Never
 * fails, for the changes stand whatever becomes of the hints.
 * @param accepted oldest first; at least one
 */
export async function announceChanges(accepted: readonly Accepted[], ports: AnnouncePorts): Promise<void> {
  const newest = accepted.at(-1)?.panel;
  if (!newest) return;
  const copy = { version: newest.version, document: newest.deleted ? undefined : panelDocument(newest) };
  await Promise.all([
    ports.cache.write(newest.key, copy).catch((error: unknown) => ports.observer.hintFailed('cache', error)),
    ...accepted.map(({ change }) =>
      ports.bus.publish(change).catch((error: unknown) => ports.observer.hintFailed('update', error)),
    ),
  ]);
}
