import { type Accepted, inTrace } from './group-commit';
import type { Change } from './model';
import type { UpdateBus } from '../ports';
import type { WorkspaceEvent } from '../workspaces';
import type { AnnouncePorts, HintObserver } from './panel-ports';

/**
 * Tells of changes of one panel that are durable: puts the newest version into the cache, publishes each, and has them
 * counted. Never fails, for the changes stand whatever becomes of the hints.
 * @param accepted oldest first; at least one
 */
export async function announceChanges(accepted: readonly Accepted[], ports: AnnouncePorts): Promise<void> {
  const newest = accepted.at(-1);
  if (!newest) return;
  for (const { change } of accepted) ports.observer.changeMade?.(change);
  const copied = inTrace(newest.trace, () => {
    ports.triggers.changed(newest.panel.key, accepted.length);
    return ports.copies.write(newest.panel);
  });
  const published = accepted.map(({ change, trace }) => inTrace(trace, () => publish(change, ports)));
  await Promise.all([copied, ...published]);
}

function publish(change: Change, { bus, observer }: Pick<AnnouncePorts, 'bus' | 'observer'>): Promise<void> {
  return bus.publish(change).catch((error: unknown) => observer.hintFailed('update', error));
}

/** Tells of what happened to a workspace as a whole. Never fails, for it has happened. */
export async function announceEvent(
  event: WorkspaceEvent,
  { bus, observer }: { readonly bus: Pick<UpdateBus, 'announce'>; readonly observer: HintObserver },
): Promise<void> {
  await bus.announce(event).catch((error: unknown) => observer.hintFailed('update', error));
}
