import { type Accepted, inTrace } from './group-commit';
import type { Change } from './model';
import type { UpdateBus } from '../ports';
import type { WorkspaceEvent } from '../workspaces';
import type { CopyEpoch } from './copies';
import type { AnnouncePorts, HintObserver } from './panel-ports';

/**
 * Prepares to announce changes that are about to go to the store.
 * @returns announces those of one panel that became durable, oldest first: puts the newest version into the cache, publishes
 *   each, and has them counted. It throws `Unavailable` when readers might still get an older version from the cache: the
 *   changes are durable, and must not be acknowledged. It fails for no other reason
 */
export function announcing(ports: AnnouncePorts): (accepted: readonly Accepted[]) => Promise<void> {
  const epoch = ports.copies.begin();
  return (accepted) => announceChanges(accepted, epoch, ports);
}

async function announceChanges(
  accepted: readonly Accepted[],
  epoch: CopyEpoch,
  ports: AnnouncePorts,
): Promise<void> {
  const newest = accepted.at(-1);
  if (!newest) return;
  for (const { change } of accepted) ports.observer.changeMade?.(change);
  const copied = inTrace(newest.trace, () => {
    ports.triggers.changed(newest.panel.key, accepted.length);
    ports.embeddings?.changed(newest.panel.key);
    return ports.copies.renew(newest.panel, epoch);
  });
  const published = accepted.map(({ change, alone, trace }) =>
    inTrace(trace, () => publish(change, alone ?? false, ports)),
  );
  await Promise.all([copied, ...published]);
}

function publish(
  change: Change,
  alone: boolean,
  { bus, observer }: Pick<AnnouncePorts, 'bus' | 'observer'>,
): Promise<void> {
  return bus.publish(change, alone).catch((error: unknown) => observer.hintFailed('update', error));
}

/** Announces what happened to a workspace as a whole. Never fails, for it has happened. */
export async function announceEvent(
  event: WorkspaceEvent,
  { bus, observer }: { readonly bus: Pick<UpdateBus, 'announce'>; readonly observer: HintObserver },
): Promise<void> {
  await bus.announce(event).catch((error: unknown) => observer.hintFailed('update', error));
}
