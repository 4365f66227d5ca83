import { KeySet } from './key-set';

it('knows each key that was added, before and after they are shared out', () => {
  const keys = Array.from({ length: 30_000 }, (_, index) => `key${index}`);
  const set = new KeySet('first');
  for (const key of keys) expect([key, set.add(key)]).toEqual([key, true]);
  for (const key of ['first', ...keys]) {
    expect([key, set.has(key), set.add(key)]).toEqual([key, true, false]);
  }
  expect([set.has('key30000'), set.has('')]).toEqual([false, false]);
});
