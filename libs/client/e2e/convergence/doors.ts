import { type OwnRedis, type ServiceProcess, TcpProxy, type TestStack } from '@nexus-state/test-kit';

/** A service behind a proxy that stays when the process behind it is killed and another one takes over. */
class Door {
  readonly #proxy: TcpProxy;
  #process: ServiceProcess;

  private constructor(
    private readonly stack: TestStack,
    private readonly app: 'state-api' | 'realtime-gateway',
    process: ServiceProcess,
    proxy: TcpProxy,
  ) {
    this.#process = process;
    this.#proxy = proxy;
  }

  static async open(stack: TestStack, app: 'state-api' | 'realtime-gateway'): Promise<Door> {
    const process = await stack.start(app);
    return new Door(stack, app, process, await TcpProxy.start(process.url));
  }

  get url(): string {
    return this.#proxy.url;
  }

  cut(): void {
    this.#proxy.cut();
  }

  shut(): void {
    this.#proxy.shut();
  }

  heal(): void {
    this.#proxy.heal();
  }

  strand(): void {
    this.#proxy.strand();
  }

  /** Kills the process in the middle of what it does, and lets another one take over at the same address. */
  async kill(): Promise<void> {
    await this.#process.stop('SIGKILL');
    this.#process = await this.stack.start(this.app);
    this.#proxy.aimAt(this.#process.url);
  }

  close(): Promise<void> {
    return this.#proxy.close();
  }
}

/** The ways to the API and to the gateway, which break, as does the Redis behind both. */
export class Doors {
  private constructor(
    private readonly both: readonly [api: Door, gateway: Door],
    private readonly redis: OwnRedis,
  ) {}

  /** @param redis that of the stack */
  static async open(stack: TestStack, redis: OwnRedis): Promise<Doors> {
    const both = await Promise.all([Door.open(stack, 'state-api'), Door.open(stack, 'realtime-gateway')]);
    return new Doors(both, redis);
  }

  /** The addresses, which stay. */
  get addresses(): { readonly url: string; readonly realtimeUrl: string } {
    const [api, gateway] = this.both;
    return { url: api.url, realtimeUrl: gateway.url };
  }

  /** Breaks something, or nothing; what is killed is there again afterwards. */
  async trouble(random: () => number): Promise<void> {
    const door = this.both[Math.floor(random() * 2)] as Door;
    const kind = random();
    if (kind < 0.25) door.cut();
    else if (kind < 0.35) door.strand();
    else if (kind < 0.5) {
      for (const one of this.both) one.shut();
      await new Promise((resolve) => setTimeout(resolve, random() * 300));
      this.heal();
    } else if (kind < 0.62) await door.kill();
    else if (kind < 0.72) await this.#freezeRedis(random() * 1_500);
  }

  async #freezeRedis(ms: number): Promise<void> {
    this.redis.freeze();
    await new Promise((resolve) => setTimeout(resolve, ms));
    this.redis.thaw();
  }

  heal(): void {
    for (const door of this.both) door.heal();
  }

  async close(): Promise<void> {
    await Promise.all(this.both.map((door) => door.close()));
  }
}
