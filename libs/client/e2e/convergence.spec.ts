import { randomUUID } from 'node:crypto';
import { canonicalJson } from '@nexus-state/documents';
import { eventually } from '@nexus-state/state-core/testing';
import { type ServiceProcess, TcpProxy, TestStack, testToken } from '@nexus-state/test-kit';
import { type NexusClient, type PanelHandle, createClient, memoryStorage } from '../src';
import { seeded } from '../src/testing/random-ops';
import { Author } from './history';

/** A history is repeated with the seed that its name shows. */
const seeds = (process.env['CONVERGENCE_SEEDS'] ?? '1,2,3').split(',').map(Number);
const rounds = 14;
const authorsCount = Number(process.env['CONVERGENCE_CLIENTS'] ?? 4);

interface Doc {
  free: object;
  marks: Record<string, number>;
}

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

describe('documents of many clients, while connections break, processes are killed and tokens expire', () => {
  let stack: TestStack;
  let doors: Door[];
  const clients: NexusClient[] = [];

  beforeAll(async () => {
    stack = await TestStack.create();
    doors = await Promise.all([Door.open(stack, 'state-api'), Door.open(stack, 'realtime-gateway')]);
  }, 120_000);

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await Promise.all(doors.map((door) => door.close()));
    await stack.close();
  });

  function client(subject: string): NexusClient {
    const [api, gateway] = doors as [Door, Door];
    const made = createClient({
      url: api.url,
      realtimeUrl: gateway.url,
      token: () => testToken(subject, { exp: Math.floor(Date.now() / 1000) + 5 }),
      storage: memoryStorage(),
      retries: 20,
      timeoutMs: 5_000,
    });
    clients.push(made);
    return made;
  }

  async function authors(seed: number): Promise<{ authors: Author[]; panel: PanelHandle<Doc> }> {
    const subject = `user-${randomUUID()}`;
    const id = `ws-${randomUUID()}`;
    const panel = client(subject).workspace(id).panel<Doc>('doc');
    await panel.create({ free: { list: [1, 2, 3], a: 1 }, marks: {} });
    const all = Array.from({ length: authorsCount }, async (_, index) => {
      const own = client(subject);
      const document = own.workspace(id).panel<object>('doc').open();
      await document.ready;
      return new Author(`a${index}`, own, document, seed * 100 + index);
    });
    return { authors: await Promise.all(all), panel };
  }

  async function trouble(random: () => number): Promise<void> {
    const door = doors[Math.floor(random() * 2)] as Door;
    const kind = random();
    if (kind < 0.25) door.cut();
    else if (kind < 0.35) door.strand();
    else if (kind < 0.5) {
      for (const one of doors) one.shut();
      await new Promise((resolve) => setTimeout(resolve, random() * 300));
      for (const one of doors) one.heal();
    } else if (kind < 0.62) await door.kill();
  }

  it.each(seeds)(
    'end equal to the server; what resolved is in history once, what was rejected is not (seed %i)',
    async (seed) => {
      const { authors: all, panel } = await authors(seed);
      const random = seeded(seed);
      for (let round = 0; round < rounds; round++) {
        for (const author of all) {
          for (let count = Math.floor(random() * 4); count > 0; count--) await author.act();
        }
        await trouble(random);
        await new Promise((resolve) => setTimeout(resolve, random() * 60));
      }
      for (const door of doors) door.heal();
      await answered(all);

      const { state, version } = await panel.get({ fresh: true });
      await eventually(
        () => all.every(({ document }) => document.version === version),
        'all to be up to date',
      );
      for (const { document } of all)
        expect(canonicalJson(document.state as never)).toBe(canonicalJson(state as never));
      await expectOnceInHistory(all, panel);
    },
    300_000,
  );
});

/** Done when every change has its answer; fails with the first that is neither made nor in conflict. */
async function answered(all: readonly Author[]): Promise<void> {
  let isSettled = false;
  const settled = Promise.all(all.map((author) => author.settled())).then(() => (isSettled = true));
  try {
    await Promise.race([
      eventually(() => isSettled, 'every change to have an answer', 120_000),
      failure(settled),
    ]);
  } catch (error) {
    const reports = all.map((author) => author.report()).join('\n');
    throw new Error(`${String(error)}\n${reports}`, { cause: error });
  }
}

/** Fails as the other one does, and never ends otherwise. */
function failure(other: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => void other.catch(reject));
}

async function expectOnceInHistory(all: readonly Author[], panel: PanelHandle<Doc>): Promise<void> {
  const [history, { state }] = [await panel.history().all(), await panel.get()];
  const versions = (op: string, mark: string): number[] =>
    history
      .filter(({ patch }) => patch.some((one) => one.op === op && one.path === `/marks/${mark}`))
      .map((entry) => entry.version);
  for (const { resolved, rejected, made, steps } of all) {
    expect(resolved.length + rejected.length).toBe(made);
    const own = [
      ...resolved.map(({ mark, version }) => ({ mark, own: [version] })),
      ...rejected.map((mark) => ({ mark, own: [] })),
    ];
    for (const { mark, own: expected } of own) {
      const [added, removed] = [versions('add', mark), versions('remove', mark)];
      // Beside its own change only an undo takes a mark away, and only a redo puts it back: also the mark of a change that was
      // refused after it had been undone here, since a redo is a change of its own.
      expect([mark, added.filter((version) => !steps.redo.has(version))]).toEqual([mark, expected]);
      expect([mark, removed.filter((version) => !steps.undo.has(version))]).toEqual([mark, []]);
      expect([mark, added.length - removed.length]).toEqual([mark, Object.hasOwn(state.marks, mark) ? 1 : 0]);
    }
  }
}
