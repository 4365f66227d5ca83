import type { WorkspaceKey } from '../../panels/model';
import { type FeedPorts, FollowedWorkspace, type Opened } from '../feeds';
import { type PresencePorts, WorkspacePresence } from '../presence';
import { Followers, type Following } from '../subscribers/followers';
import type { Subscriber } from '../subscribers/subscriber';
import type { FollowTarget, Subscription } from './subscription';

/** One workspace that is followed here: who follows what of it, and the two things they get, updates and presence. */
export class LiveWorkspace {
  readonly #followers = new Followers();
  readonly updates: FollowedWorkspace;
  readonly presence: WorkspacePresence;

  /** @param onIdle called when nothing of it is followed or shown any longer */
  constructor(
    key: WorkspaceKey,
    ports: FeedPorts & PresencePorts,
    private readonly onIdle: () => void,
  ) {
    this.updates = new FollowedWorkspace(key, ports, this.#followers);
    this.presence = new WorkspacePresence(key, ports, this.#followers, () => this.#checkIdle());
  }

  /** See `LiveHub.follow`. */
  async follow(
    target: FollowTarget,
    subscriber: Subscriber,
    replaced: Subscription | undefined,
  ): Promise<Subscription> {
    const following = followingOf(target, subscriber);
    this.#followers.add(following);
    replaced?.suspend();
    const stop = () => {
      this.#stop(following);
      replaced?.stop();
    };
    try {
      const opened = await this.#open(following, target);
      const begin = () => {
        this.#begin(following, opened);
        replaced?.stop();
      };
      const { version, revision } = opened;
      return { version, revision, begin, suspend: () => this.#suspend(following), stop };
    } catch (error) {
      stop();
      throw error;
    }
  }

  /** Whether a subscriber follows a panel, by itself or with its workspace. */
  isFollowing(panelId: string, subscriber: Subscriber): boolean {
    return this.#followers.gets('presence', panelId, subscriber);
  }

  /** See `LiveHub.onDrain`. */
  onDrain(subscriber: Subscriber): void {
    this.updates.onDrain(subscriber);
    this.presence.onDrain(subscriber);
  }

  /** Stops listening, and takes everything away that our connections show. Never fails. */
  async close(): Promise<void> {
    await Promise.all([this.updates.close(), this.presence.close()]);
  }

  #open(following: Following, target: FollowTarget): Promise<Opened> {
    if (target.kind === 'workspace') return this.updates.openWhole(following, target.revision);
    return this.updates.openPanel(following, target.key.panelId, target.version);
  }

  #begin(following: Following, opened: Opened): void {
    if (following.phase !== 'opening') return;
    following.phase = 'live';
    opened.join();
    this.presence.join(following);
  }

  #suspend(following: Following): void {
    if (following.phase !== 'live') return;
    following.phase = 'replaced';
    this.updates.leave(following);
  }

  #stop(following: Following): void {
    if (following.phase === 'stopped') return;
    following.phase = 'stopped';
    this.#followers.delete(following);
    this.updates.leave(following);
    this.presence.leave(following);
    this.#checkIdle();
  }

  #checkIdle(): void {
    if (this.#followers.isEmpty && this.presence.isSettled) this.onIdle();
  }
}

function followingOf(target: FollowTarget, subscriber: Subscriber): Following {
  const phase = 'opening';
  if (target.kind === 'workspace') return { subscriber, panelId: undefined, reach: target.reach, phase };
  const { panelId } = target.key;
  return { subscriber, panelId, reach: { panel: (id) => id === panelId, whole: false }, phase };
}
