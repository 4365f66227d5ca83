import { randomUUID } from 'node:crypto';
import { Unavailable } from '../errors';
import { type PanelKey, panelKeyText } from '../panels/model';
import type { CachedPanel, PanelCache } from '../panels/ports';
import type { VirtualClock } from './virtual-clock';

const timeoutMs = 1_000;
const longestWayMs = 20;

type Data = Map<string, CachedPanel>;

/** One run of a server. */
class Run {
  readonly name = randomUUID();
  #stopped = false;
  readonly #waiting: (() => void)[] = [];

  constructor(readonly data: Data) {}

  freeze(): void {
    this.#stopped = true;
  }

  thaw(): void {
    this.#stopped = false;
    for (const run of this.#waiting.splice(0)) run();
  }

  /** Carries out a command now, or once it goes on. */
  do(command: () => void): void {
    if (this.#stopped) this.#waiting.push(command);
    else command();
  }
}

/** A cache server that can be stopped, killed, replaced and started again from an old dump, in virtual time. */
export class FlakyRedis {
  #run = new Run(new Map());
  #dump: Data = new Map();
  readonly #links: FlakyLink[] = [];

  /** @param random gives numbers from 0 up to 1 */
  constructor(
    readonly clock: VirtualClock,
    readonly random: () => number,
  ) {}

  /** The cache as one more process reaches it. */
  connect(): FlakyLink {
    const link = new FlakyLink(this);
    this.#links.push(link);
    return link;
  }

  /** The run of the server that new connections lead to. */
  get run(): Run {
    return this.#run;
  }

  /** Writes everything to the disk, or hands it to the replica, as it is now. */
  save(): void {
    this.#dump = new Map(this.#run.data);
  }

  /** Stops in the midst of what it does. Connections stay; commands wait. */
  freeze(): void {
    this.#run.freeze();
  }

  /** Goes on, with the commands that have come meanwhile. */
  thaw(): void {
    this.#run.thaw();
  }

  /** Is killed and starts again with what is on the disk. Commands that it has not carried out are lost. */
  restart(): void {
    this.#run = new Run(new Map(this.#dump));
    for (const link of this.#links) link.breakOff();
  }

  /** A replica takes over with what it has. The server before goes on, and its connections only end one after the other. */
  failOver(longestMs: number): void {
    this.#run = new Run(new Map(this.#dump));
    for (const link of this.#links)
      void this.clock.sleep(this.random() * longestMs).then(() => link.breakOff());
  }
}

/** The connection of one process to the cache. */
export class FlakyLink implements PanelCache {
  #run: Run | undefined;
  #cut = false;
  readonly #broken: (() => void)[] = [];

  constructor(private readonly redis: FlakyRedis) {
    this.#run = redis.run;
  }

  get server(): string | undefined {
    return this.#run?.name;
  }

  /** Breaks the connection, and each one that is tried, until `heal`. */
  cut(): void {
    this.#cut = true;
    this.breakOff();
  }

  heal(): void {
    this.#cut = false;
  }

  /** Breaks the connection; another one is made soon. */
  breakOff(): void {
    if (!this.#run) return;
    this.#run = undefined;
    for (const fail of this.#broken.splice(0)) fail();
    void this.#reconnect();
  }

  async read(key: PanelKey): Promise<CachedPanel | undefined> {
    let found: CachedPanel | undefined;
    await this.#command((data) => (found = data.get(panelKeyText(key))));
    return found;
  }

  async write(key: PanelKey, panel: CachedPanel): Promise<void> {
    await this.#command((data) => {
      const there = data.get(panelKeyText(key));
      if (!there || there.version <= panel.version) data.set(panelKeyText(key), panel);
    });
  }

  async #reconnect(): Promise<void> {
    do await this.redis.clock.sleep(this.redis.random() * 300);
    while (this.#cut);
    this.#run = this.redis.run;
  }

  // A command that is not answered in time, or whose connection breaks, may be carried out all the same.
  #command(command: (data: Data) => void): Promise<void> {
    const { clock, random } = this.redis;
    const run = this.#run;
    if (!run) return Promise.reject(new Unavailable('The cache'));
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Unavailable('The cache'));
      this.#broken.push(fail);
      const after = (ms: number, next: () => void) => void clock.sleep(ms).then(next);
      after(timeoutMs, fail);
      after(random() * longestWayMs, () =>
        run.do(() => {
          command(run.data);
          after(random() * longestWayMs, () => this.#run === run && resolve());
        }),
      );
    });
  }
}
