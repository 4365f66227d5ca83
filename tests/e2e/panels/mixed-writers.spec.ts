import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { type JsonObject, type JsonPatch, applyPatch } from '@nexus-state/documents';

let stack: TestStack;
let replicas: ServiceProcess[];

beforeAll(async () => {
  stack = await TestStack.create();
  replicas = await Promise.all([stack.start('state-api'), stack.start('state-api')]);
});
afterAll(() => stack?.close());

const panel = '/api/state/ws/hot';
const writers = 64;
const rounds = 6;

/** What a writer was told that happened, for certain. */
interface Tally {
  increments: number;
  members: string[];
  conflicts: number;
}

/** One writer: increments, stale patches at places of its own, and whole replacements, one after another. */
async function write(door: ApiClient, writer: number, tally: Tally): Promise<void> {
  let version = 1;
  for (let round = 0; round < rounds; round++) {
    const kind = (writer + round) % 4;
    if (kind < 2) {
      const body = [{ op: 'inc', path: '/count', value: 1 }];
      const headers = { 'content-type': 'application/json-patch+json', 'if-match': '*' };
      const answer = await door.patch(panel, body, headers);
      expect(answer.status).toBe(200);
      tally.increments++;
      version = answer.body.version;
    } else if (kind === 2) {
      const member = `m${writer}-${round}`;
      const patches = [{ op: 'add', path: `/members/${member}`, value: round }];
      const answer = await door.patch(panel, { patches, version });
      expect(answer.status).toBe(200);
      tally.members.push(member);
      version = answer.body.version;
    } else {
      const { state, version: seen } = (await door.get(panel)).body;
      const changed = { ...state, last: `${writer}-${round}` };
      const answer = await door.put(panel, { state: changed, version: seen });
      expect([200, 409]).toContain(answer.status);
      if (answer.status === 409) tally.conflicts++;
      version = answer.status === 200 ? answer.body.version : seen;
    }
  }
}

it('64 writers with stale patches, increments and replacements through two processes lose nothing', async () => {
  const doors = replicas.map((replica) => stack.client(replica, 'hot-owner'));
  const door = (index: number) => doors[index % doors.length] as ApiClient;
  await door(0).post(panel, { initialState: { count: 0, members: {}, last: '' } });
  const tally: Tally = { increments: 0, members: [], conflicts: 0 };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(door(writer), writer, tally)));

  const { state, version } = (await door(1).get(panel, { 'cache-control': 'no-cache' })).body;
  expect(state.count).toBe(tally.increments);
  expect(Object.keys(state.members).sort()).toEqual([...tally.members].sort());
  expect(version).toBe(1 + writers * rounds - tally.conflicts);

  const { history, totalChanges } = (await door(0).get(`${panel}/history?limit=1000`)).body;
  expect(totalChanges).toBe(version);
  const oldestFirst = [...history].reverse() as { version: number; patch: JsonPatch }[];
  expect(oldestFirst.map((change) => change.version)).toEqual(
    Array.from({ length: version }, (_, n) => n + 1),
  );
  const replayed = oldestFirst.reduce<JsonObject>(
    (before, { patch }) => applyPatch(before, patch).value as JsonObject,
    {},
  );
  expect(replayed).toEqual(state);
  for (const replica of [0, 1]) expect((await door(replica).get(panel)).body.version).toBe(version);
});
