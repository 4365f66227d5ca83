import type { PatchRequest } from '@nexus-state/documents';
import { CoreWorld, any } from '../testing/core-world';
import { blameLimits } from './blame-panel';

let world: CoreWorld;
beforeEach(() => {
  world = new CoreWorld();
});
afterEach(() => world.core.close());

const patch = (ops: PatchRequest) => world.edit({ kind: 'patch', patch: ops }, any);

async function blamed(query: { path?: string; version?: number } = {}): Promise<Record<string, number>> {
  const { values } = await world.core.blamePanel({ key: world.key(), ...query });
  return Object.fromEntries(values.map(({ pointer, version }) => [pointer, version]));
}

it('names the change that last set each value, over moves, copies, arrays, replacements and increments', async () => {
  await world.create({ a: { x: 1, y: 2 }, list: ['p', 'q'], n: 0 });
  await patch([{ op: 'inc', path: '/n', value: 2 }]);
  await patch([{ op: 'add', path: '/list/0', value: 'o' }]);
  await patch([{ op: 'move', from: '/a', path: '/b' }]);
  await patch([{ op: 'replace', path: '/b', value: { x: 1, y: 3 } }]);
  await patch([{ op: 'copy', from: '/b/y', path: '/c' }]);
  await patch([{ op: 'remove', path: '/list/1' }]);
  expect(await blamed()).toEqual({ '/n': 2, '/list/0': 3, '/list/1': 1, '/b/x': 1, '/b/y': 5, '/c': 6 });
  expect(await blamed({ path: '/list', version: 2 })).toEqual({ '/list/0': 1, '/list/1': 1 });
  const { version, values } = await world.core.blamePanel({ key: world.key(), path: '/n' });
  expect([version, values]).toEqual([
    7,
    [{ pointer: '/n', version: 2, actor: 'ann', triggeredBy: 'user', occurredAt: expect.any(String) }],
  ]);
});

it('follows a value over many pages of history, and one that was emptied', async () => {
  await world.create({ old: 1, n: 0, list: [1] });
  await patch([{ op: 'remove', path: '/list/0' }]);
  for (let n = 0; n < 260; n++) await patch([{ op: 'replace', path: '/n', value: n + 1 }]);
  expect(await blamed()).toEqual({ '/old': 1, '/list': 2, '/n': 262 });
});

it('attributes the values of large states and large changes', async () => {
  const many = Object.fromEntries(Array.from({ length: 8_000 }, (_, index) => [`k${index}`, index]));
  await world.create(many);
  await patch([{ op: 'inc', path: '/k7', value: 1 }]);
  await world.edit({
    kind: 'replace',
    state: { ...many, k7: 8, k8: { text: 'x'.repeat(40_000) }, more: [] },
  });
  await patch([{ op: 'move', from: '/k8/text', path: '/more/0' }]);
  const values = await blamed();
  expect(Object.keys(values)).toHaveLength(8_001);
  expect([values['/k6'], values['/k7'], values['/k8'], values['/more/0']]).toEqual([1, 2, 4, 3]);
});

it('begins anew where a panel was deleted and created again', async () => {
  await world.create({ a: 1 });
  await world.edit({ kind: 'delete' });
  await expect(blamed()).rejects.toMatchObject({ code: 'not_found' });
  await world.create({ a: 1 });
  expect(await blamed()).toEqual({ '/a': 3 });
  expect(await blamed({ version: 1 })).toEqual({ '/a': 1 });
});

it('refuses a path that leads nowhere, a version that never was, and too many values', async () => {
  await world.create({ list: Array.from({ length: blameLimits.values + 1 }, () => 0) });
  await expect(blamed({ path: '/x' })).rejects.toMatchObject({ code: 'path_not_found' });
  await expect(blamed({ version: 9 })).rejects.toMatchObject({ code: 'not_found' });
  await expect(blamed()).rejects.toMatchObject({
    code: 'query_too_expensive',
    facts: { limitValues: 10_000 },
  });
  expect(await blamed({ path: '/list/7' })).toEqual({ '/list/7': 1 });
});
