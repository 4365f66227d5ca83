import type { JsonObject } from '@nexus-state/documents';
import type { Accepted } from './group-commit';
import { aPanelKey, anAppend } from '../testing/panel-builders';
import { type Change, defaultLimits, stateContent } from './model';
import { RecentVersions } from './recent-versions';

const updatedAt = '2026-01-01T00:00:00.000Z';
const keyOf = (panelId: string) => aPanelKey({ owner: 'o', panelId });

function accepted(
  panelId: string,
  version: number,
  state: JsonObject = { text: `${panelId} ${version}` },
  deleted = false,
): Accepted {
  const key = keyOf(panelId);
  const [change] = anAppend(key, version - 1, [{ state }]).changes;
  return {
    panel: { ...stateContent(state, defaultLimits), key, version, deleted, updatedAt },
    change: { ...(change as unknown as Change), occurredAt: updatedAt, revision: version, ordinal: 1 },
  };
}

const numbers = (recent: RecentVersions, panelId: string, version: number, upTo: number) =>
  recent.since(keyOf(panelId), version, upTo)?.changes.map((change) => change.version);

let recent: RecentVersions;
beforeEach(() => {
  recent = new RecentVersions();
});

it('gives a panel only to who saw the version that was written last', () => {
  recent.note([accepted('a', 1), accepted('a', 2)]);
  expect(recent.at(keyOf('a'), 2)).toEqual({
    version: 2,
    state: { text: 'a 2' },
    deleted: false,
    stateSizeBytes: 14,
  });
  expect(recent.at(keyOf('a'), 1)).toBeUndefined();
  expect(recent.at(keyOf('a'), 3)).toBeUndefined();
  expect(recent.at(keyOf('a'), undefined)).toBeUndefined();
  expect(recent.at(keyOf('b'), 2)).toBeUndefined();
});

it('gives what a panel held, and the changes since then, up to the one that is asked for', () => {
  recent.note([accepted('a', 4), accepted('a', 5)]);
  recent.note([accepted('a', 6), accepted('a', 7)]);
  const { base } = recent.since(keyOf('a'), 5, 7) ?? {};
  expect(base).toMatchObject({ state: { text: 'a 5' }, stateText: '{"text":"a 5"}' });
  expect(numbers(recent, 'a', 5, 7)).toEqual([6, 7]);
  expect(numbers(recent, 'a', 4, 6)).toEqual([5, 6]);
  expect(numbers(recent, 'a', 7, 9)).toEqual([]);
  expect(numbers(recent, 'a', 3, 7)).toBeUndefined();
  expect(numbers(recent, 'a', 8, 9)).toBeUndefined();
  expect(numbers(recent, 'b', 5, 7)).toBeUndefined();
});

it('begins anew after a version that another process has made', () => {
  recent.note([accepted('a', 1), accepted('a', 2)]);
  recent.note([accepted('a', 4)]);
  expect(numbers(recent, 'a', 2, 4)).toBeUndefined();
  expect(numbers(recent, 'a', 4, 4)).toEqual([]);
});

it('gives no base where the panel was deleted, and names its deletion among the changes', () => {
  recent.note([accepted('a', 1), accepted('a', 2, { text: 'a' }, true), accepted('a', 3)]);
  expect(numbers(recent, 'a', 2, 3)).toBeUndefined();
  expect(numbers(recent, 'a', 1, 3)).toEqual([2, 3]);
});

it('keeps the last 128 versions of a panel', () => {
  for (let version = 1; version <= 200; version++) recent.note([accepted('a', version)]);
  expect(numbers(recent, 'a', 72, 200)).toBeUndefined();
  expect(numbers(recent, 'a', 73, 200)).toHaveLength(127);
});

it('keeps a thousand panels, those that were written last, and no large states', () => {
  for (let number = 0; number < 1_000; number++) recent.note([accepted(`p${number}`, 1)]);
  recent.note([accepted('p0', 2)]);
  recent.note([accepted('another', 1)]);
  expect(recent.at(keyOf('p0'), 2)).toBeDefined();
  expect(recent.at(keyOf('p1'), 1)).toBeUndefined();
  recent.note([accepted('p0', 3, { text: 'x'.repeat(20_000) })]);
  expect(recent.at(keyOf('p0'), 3)).toBeUndefined();
  expect(recent.at(keyOf('p0'), 2)).toBeUndefined();
  recent.note([accepted('p0', 4)]);
  expect(numbers(recent, 'p0', 2, 4)).toBeUndefined();
  expect(numbers(recent, 'p0', 4, 4)).toEqual([]);
});

it('keeps 32 MiB in all', () => {
  const large = { text: 'x'.repeat(16_000) };
  for (let number = 0; number < 900; number++)
    recent.note([
      accepted(`p${number}`, 1, large),
      accepted(`p${number}`, 2, large),
      accepted(`p${number}`, 3, large),
    ]);
  const kept = Array.from({ length: 900 }, (_, number) => recent.at(keyOf(`p${number}`), 3)).filter(Boolean);
  expect(kept.length).toBeGreaterThan(300);
  expect(kept.length).toBeLessThan(360);
  expect(recent.at(keyOf('p899'), 3)).toBeDefined();
});
