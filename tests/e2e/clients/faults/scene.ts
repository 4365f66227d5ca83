import { randomUUID } from 'node:crypto';
import {
  type ApiClient,
  type PanelTruth,
  type ServiceProcess,
  type TestStack,
  readTruth,
  testToken,
} from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';
import { Follower } from './follower';
import type { LiveDoor } from './live-door';
import { socketIoDoor } from './socket-io-door';
import { Traffic, mortalPanel } from './traffic';
import { webSocketDoor } from './web-socket-door';

/** Every door that makes the promises. */
const doors: readonly LiveDoor[] = [socketIoDoor, webSocketDoor];

/** What stands while a scene is played. */
export interface Services {
  readonly stack: TestStack;
  /** The APIs that are there at the moment. */
  readonly apis: () => readonly ServiceProcess[];
  /** The addresses of the gateways, as clients reach them. */
  readonly gateways: readonly string[];
}

/** One workspace with its writers and followers, and what is to be true of them in the end. */
export class Scene {
  readonly traffic: Traffic;
  readonly followers: readonly Follower[];
  readonly workspaceId = `scene-${randomUUID()}`;
  readonly #began = performance.now();
  readonly #clients = new Map<ServiceProcess, ApiClient>();
  readonly #panelIds: readonly string[];

  private constructor(
    private readonly stage: Services,
    { panels, followers }: { readonly panels: number; readonly followers: number },
  ) {
    const written = Array.from({ length: panels }, (_, n) => `panel-${n}`);
    this.#panelIds = [...written, mortalPanel];
    this.traffic = new Traffic(() => this.#apis(), this.workspaceId, written);
    this.followers = Array.from({ length: followers }, (_, n) => this.#follower(n));
  }

  /**
   * Creates the panels, and lets the followers begin: spread evenly over doors and gateways, every fourth follows the
   * whole workspace, the others a panel each.
   */
  static async begin(stage: Services, size: { panels: number; followers: number }): Promise<Scene> {
    const scene = new Scene(stage, size);
    await scene.traffic.prepare();
    await Promise.all(scene.followers.map((follower) => follower.start()));
    return scene;
  }

  /** How many events have arrived. */
  get delivered(): number {
    return this.followers.reduce((sum, { checker }) => sum + checker.delivered, 0);
  }

  /** How often followers have come back. */
  get reconnects(): number {
    return this.followers.reduce((sum, { connections }) => sum + Math.max(0, connections - 1), 0);
  }

  /**
   * Expects every follower to have got everything as promised, once the traffic has ended; says what there was.
   * @param faults what was done to them
   */
  async expectPromisesKept(faults: string): Promise<void> {
    const truth = await readTruth(this.#apis()[0] as ApiClient, this.workspaceId, this.#panelIds);
    const versions = truth.reduce((sum, { states }) => sum + states.length, 0);
    // Each accepted write is one version, however often it was tried.
    expect(versions).toBe(this.traffic.accepted);
    for (const follower of this.followers) {
      const own = this.#truthOf(follower, truth);
      const arrived = () => follower.failure !== undefined || follower.checker.isComplete(own);
      await eventually(arrived, `everything to reach ${follower.plan.name}`).catch(() => undefined);
    }
    const broken = this.followers.flatMap((follower) => {
      const violations = follower.checker.violations(this.#truthOf(follower, truth));
      const found = violations.map((violation) => ({ follower: follower.plan.name, ...violation }));
      return follower.failure
        ? [{ follower: follower.plan.name, failure: follower.failure }, ...found]
        : found;
    });
    this.#say(faults, versions);
    expect(broken.slice(0, 10)).toEqual([]);
  }

  async end(): Promise<void> {
    await this.traffic.stop().catch(() => undefined);
    await Promise.all(this.followers.map((follower) => follower.stop()));
  }

  #apis(): ApiClient[] {
    return this.stage.apis().map((api) => {
      const client = this.#clients.get(api) ?? this.stage.stack.client(api, this.workspaceId);
      this.#clients.set(api, client);
      return client;
    });
  }

  #follower(n: number): Follower {
    const door = doors[n % doors.length] as LiveDoor;
    const turn = Math.floor(n / doors.length);
    const { gateways } = this.stage;
    const first = turn % gateways.length;
    const place = Math.floor(turn / gateways.length);
    const panelId = place % 4 === 3 ? '*' : (this.#panelIds[place % this.#panelIds.length] as string);
    return new Follower({
      name: `${door.name} follower ${n} of ${panelId}`,
      door,
      gateways: [...gateways.slice(first), ...gateways.slice(0, first)],
      token: testToken(this.workspaceId),
      workspaceId: this.workspaceId,
      panelId,
    });
  }

  #truthOf({ plan }: Follower, truth: readonly PanelTruth[]): readonly PanelTruth[] {
    return plan.panelId === '*' ? truth : truth.filter(({ panelId }) => panelId === plan.panelId);
  }

  #say(faults: string, versions: number): void {
    const seconds = ((performance.now() - this.#began) / 1000).toFixed(1);
    process.stdout.write(
      `      ${faults}: ${versions} updates, ${this.traffic.retried} tries repeated, ${this.delivered} deliveries ` +
        `to ${this.followers.length} subscribers, ${this.reconnects} reconnects, ${seconds} s\n`,
    );
  }
}
