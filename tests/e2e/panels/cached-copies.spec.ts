import { OwnRedis } from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TcpProxy, TestStack } from '@nexus-state/test-kit';

const panelCount = 60;

let redis: OwnRedis;
let network: TcpProxy;
let stack: TestStack;
let services: readonly ServiceProcess[];

beforeAll(async () => {
  redis = await OwnRedis.start();
  network = await TcpProxy.start(redis.url);
  stack = await TestStack.create({ REDIS_URL: redis.url, LOG_LEVEL: 'fatal' });
  services = await Promise.all([
    // Only this one reaches Redis through a network that can be cut.
    stack.start('state-api', { REDIS_URL: network.url }),
    stack.start('state-api'),
  ]);
});
afterAll(async () => {
  redis?.thaw();
  await stack?.close();
  await network?.close();
  await redis?.stop();
});

afterEach(() => {
  redis.thaw();
  network.heal();
});

/** Panels that two processes write and read, and the versions that were acknowledged. */
class Panels {
  readonly #clients: readonly [ApiClient, ApiClient];
  readonly acknowledged = new Map<string, number>();
  readonly deleted = new Set<string>();

  constructor(user: string) {
    const [cut, other] = services as [ServiceProcess, ServiceProcess];
    this.#clients = [stack.client(cut, user), stack.client(other, user)];
  }

  /** Creates them, and reads each through both processes until it comes from the cache. */
  async fill(): Promise<void> {
    for (let n = 0; n < panelCount; n++) this.acknowledged.set(`p${n}`, 0);
    await this.#each((id) => this.write(id, 0));
    await eventually(async () => {
      const readings = await Promise.all([0, 1].map((process) => this.#get('p0', process)));
      return readings.every(({ headers }) => headers.get('x-cache') === 'hit');
    }, 'the cache to be used');
    await this.#each(async (id) => void (await this.#get(id, 1)));
  }

  /** Writes all of them, or deletes every fifth of them, through one process. */
  async change(process: number): Promise<void> {
    await this.#each((id) =>
      Number(id.slice(1)) % 5 === 4 ? this.#delete(id, process) : this.write(id, process),
    );
  }

  async write(id: string, process: number): Promise<void> {
    const version = this.acknowledged.get(id) as number;
    const answer = await this.#clients[process]?.put(`/api/state/ws/${id}`, {
      version,
      state: { of: version + 1 },
    });
    expect([200, 201]).toContain(answer?.status);
    this.acknowledged.set(id, version + 1);
  }

  async #delete(id: string, process: number): Promise<void> {
    const version = this.acknowledged.get(id) as number;
    const answer = await this.#clients[process]?.delete(`/api/state/ws/${id}`, {
      'if-match': `"${version}"`,
    });
    expect(answer?.status).toBe(204);
    this.acknowledged.set(id, version + 1);
    this.deleted.add(id);
  }

  /** Reads all of them through both processes, again and again; gives every reading that is older than what was acknowledged. */
  async watch(forMs: number): Promise<readonly string[]> {
    const stale: string[] = [];
    const look = async (id: string, process: number) => {
      const [least, gone] = [this.acknowledged.get(id) as number, this.deleted.has(id)];
      const { status, body, headers } = await this.#get(id, process);
      if (gone ? status !== 404 : status !== 200 || body.version < least)
        stale.push(
          `${id} through ${process}: ${status} at ${body.version}, ${headers.get('x-cache')}; not ${least}`,
        );
    };
    for (const end = Date.now() + forMs; Date.now() < end;)
      await Promise.all([0, 1].map((process) => this.#each((id) => look(id, process))));
    return stale;
  }

  /** Waits until both processes answer from the cache again. */
  async cached(): Promise<void> {
    await eventually(async () => {
      const readings = await Promise.all([0, 1].map((process) => this.#get('p0', process)));
      return readings.every(({ headers }) => headers.get('x-cache') === 'hit');
    }, 'the cache to be used again');
  }

  #get(id: string, process: number) {
    return (this.#clients[process] as ApiClient).get(`/api/state/ws/${id}`);
  }

  async #each(work: (id: string) => Promise<void>): Promise<void> {
    await Promise.all([...this.acknowledged.keys()].map(work));
  }
}

describe('nothing older than what was acknowledged is read, through any process', () => {
  it.each([0, 1])(
    'when Redis was stopped while panels changed through process %i, and goes on',
    async (process) => {
      const panels = new Panels(`stopped-${process}`);
      await panels.fill();
      redis.freeze();
      await panels.change(process);
      redis.thaw();
      expect(await panels.watch(5_000)).toEqual([]);
      await panels.cached();
      expect(await panels.watch(1_000)).toEqual([]);
    },
  );

  it('when the process that changes them is cut off from Redis, and the other is not', async () => {
    const panels = new Panels('cut');
    await panels.fill();
    network.shut();
    await panels.change(0);
    expect(await panels.watch(3_000)).toEqual([]);
    network.heal();
    expect(await panels.watch(3_000)).toEqual([]);
    await panels.cached();
    expect(await panels.watch(1_000)).toEqual([]);
  });

  it('when the network swallows what the process sends to Redis, and delivers it later', async () => {
    const panels = new Panels('swallowed');
    await panels.fill();
    network.silence();
    await panels.change(0);
    expect(await panels.watch(1_000)).toEqual([]);
    await panels.write('p0', 1);
    await panels.write('p1', 1);
    network.heal();
    expect(await panels.watch(3_000)).toEqual([]);
    await panels.cached();
  });

  it('when Redis is killed, and starts again with what it held before they changed', async () => {
    const panels = new Panels('restarted');
    await panels.fill();
    const dump = await redis.dump();
    await panels.change(1);
    await redis.kill();
    await redis.restart(dump);
    expect(await panels.watch(3_000)).toEqual([]);
    await panels.cached();
    expect(await panels.watch(1_000)).toEqual([]);
  });
});
