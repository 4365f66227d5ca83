import type { Accepted } from '../commit';
import type { UpdateBus } from '../ports';
import type { WorkspaceEvent } from '../snapshot';
import type { AnnouncePorts, HintObserver } from './panel-ports';

/**
 * Tells of changes of one panel that are durable: puts the newest version into the cache, publishes each, and has them
 * counted. Never fails, for the changes stand whatever becomes of the hints.
 * @param accepted oldest first; at least one
 */
export async function announceChanges(accepted: readonly Accepted[], ports: AnnouncePorts): Promise<void> {
  const newest = accepted.at(-1)?.panel;
  if (!newest) return;
  ports.triggers.changed(newest.key, accepted.length);
  for (const { change } of accepted) ports.observer.changeMade?.(change);
  await Promise.all([
    ports.copies.write(newest),
    ...accepted.map(({ change }) =>
      ports.bus.publish(change).catch((error: unknown) => ports.observer.hintFailed('update', error)),
    ),
  ]);
}

/** Tells of what happened to a workspace as a whole. Never fails, for it has happened. */
export async function announceEvent(
  event: WorkspaceEvent,
  { bus, observer }: { readonly bus: Pick<UpdateBus, 'announce'>; readonly observer: HintObserver },
): Promise<void> {
  await bus.announce(event).catch((error: unknown) => observer.hintFailed('update', error));
}
