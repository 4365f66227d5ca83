import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

let stack: TestStack;
let replicas: ServiceProcess[];

beforeAll(async () => {
  stack = await TestStack.create();
  replicas = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
});
afterAll(() => stack?.close());

const panel = '/api/state/ws/panel';

function clients(count: number): ApiClient[] {
  return replicas.slice(0, count).map((replica) => stack.client(replica, 'one-user-of-many-replicas'));
}

describe.each([1, 2])('twenty writers of one version, through %i API process(es)', (processes) => {
  it('exactly one wins, nineteen learn the current version, and history has no gap', async () => {
    const path = `${panel}-${processes}`;
    const doors = clients(processes);
    const first = doors[0] as ApiClient;
    await first.post(path, { initialState: { winner: null } });

    for (let version = 1; version <= 5; version++) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, writer) =>
          (doors[writer % doors.length] as ApiClient).put(path, { state: { winner: writer }, version }),
        ),
      );
      const won = answers.filter(({ status }) => status === 200);
      const lost = answers.filter(({ status }) => status === 409);
      expect([won.length, lost.length]).toEqual([1, 19]);
      expect(won[0]?.body.version).toBe(version + 1);
      expect(
        lost.every(({ body }) => body.error === 'version_conflict' && body.currentVersion === version + 1),
      ).toBe(true);

      for (const door of doors) {
        expect((await door.get(path)).body).toMatchObject({
          version: version + 1,
          state: { winner: answers.indexOf(won[0] as never) },
        });
      }
    }

    const { history, totalChanges } = (await first.get(`${path}/history`)).body;
    expect(totalChanges).toBe(6);
    expect(history.map(({ version }: { version: number }) => version)).toEqual([6, 5, 4, 3, 2, 1]);
  });
});

it('a write acknowledged through one replica is seen by the next read through the other', async () => {
  const [writer, reader] = clients(2) as [ApiClient, ApiClient];
  const path = `${panel}-seen`;
  await writer.post(path, { initialState: { n: 0 } });
  for (let version = 1; version <= 50; version++) {
    await writer.put(path, { state: { n: version }, version });
    expect((await reader.get(path)).body.version).toBe(version + 1);
  }
});

it('increments through both replicas all count', async () => {
  const doors = clients(2);
  const path = `${panel}-count`;
  await (doors[0] as ApiClient).post(path, { initialState: { n: 0 } });
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, writer) =>
      (doors[writer % 2] as ApiClient).patch(path, [{ op: 'inc', path: '/n', value: 1 }], {
        'content-type': 'application/json-patch+json',
        'if-match': '*',
      }),
    ),
  );
  const counted = answers.filter(({ status }) => status === 200).length;
  expect(counted).toBe(60);
  expect((await (doors[1] as ApiClient).get(path)).body).toMatchObject({ version: 61, state: { n: 60 } });
});
