import { listText as list, membersText as members } from '@nexus-state/test-kit';

const MiB = 1024 * 1024;

/** A body that costs much more than its bytes, and how it is to be answered. */
interface HostileBody {
  readonly body: () => string;
  readonly status: number;
}

export const bodies: Readonly<Record<string, HostileBody>> = {
  'brackets without an end': { body: () => '['.repeat(15 * MiB), status: 422 },
  'nested objects': { body: () => '{"a":'.repeat(MiB), status: 422 },
  'millions of empty arrays': { body: () => `{"a":${list(5 * MiB, () => '[]')}}`, status: 413 },
  'a million numbers': { body: () => `{"a":${list(1_000_000, () => '1')}}`, status: 413 },
  'numbers of many digits': { body: () => `{"a":${list(100_000, () => '1e-7')}}`, status: 200 },
  'a number of a million digits': { body: () => `{"a":1.${'1'.repeat(MiB)}}`, status: 422 },
  'a text of megabytes': { body: () => JSON.stringify({ a: 'ä'.repeat(7 * MiB) }), status: 413 },
  'text that is all escapes': { body: () => `{"a":"${'\\u0001'.repeat(2 * MiB)}"}`, status: 413 },
  'an object of many members': { body: () => members(80_000, () => '1'), status: 200 },
  'a member twice among many': {
    body: () => `${members(400_000, () => '1').slice(0, -1)},"k0":1}`,
    status: 400,
  },
  'as many members as a body has room for': { body: () => members(500_000, () => '1'), status: 413 },
  'a member of its own among many': {
    body: () => `{"a":${members(70_000, () => '1')},"then":1,"__proto__":${members(9_000, () => '1')}}`,
    status: 200,
  },
  'a body of the largest size': { body: () => `{"a":"x"${' '.repeat(16 * MiB - 200)}}`, status: 200 },
};

/** Two states that are expensive to compare. */
interface HostilePair {
  readonly from: () => string;
  readonly to: () => string;
}

export const pairs: Readonly<Record<string, HostilePair>> = {
  'arrays of small elements': {
    from: () => `{"list":${list(250_000, (index) => String(index % 7))}}`,
    to: () => `{"list":${list(250_000, (index) => String((index * 5 + 3) % 9))}}`,
  },
  'periodic arrays': {
    from: () => `{"list":${list(250_000, (index) => String(index % 2))}}`,
    to: () => `{"list":${list(250_000, (index) => String(index % 3 === 0 ? 1 : 0))}}`,
  },
  'many arrays': {
    from: () => `{"lists":${list(600, (n) => list(400, (index) => String((index * 3 + n) % 10)))}}`,
    to: () => `{"lists":${list(600, (n) => list(400, (index) => String((index * 7 + n + 1) % 9)))}}`,
  },
  'arrays of large elements that differ at their ends': {
    from: () => `{"list":${list(16, (n) => list(15_000, (index) => (index === 14_999 ? String(n) : '1')))}}`,
    to: () =>
      `{"list":${list(16, (n) => list(15_000, (index) => (index === 14_999 ? String(n + 20) : '1')))}}`,
  },
  'changes below a long key': {
    from: () => `{"${'k'.repeat(200_000)}":${members(2_000, () => '0')}}`,
    to: () => `{"${'k'.repeat(200_000)}":${members(2_000, () => '1')}}`,
  },
  'objects of many members': {
    from: () => members(50_000, () => '0'),
    to: () => members(50_000, () => '1'),
  },
};

/** Operations of a transaction that sets so many panels to a large state each, as text. */
export function largeSets(count: number): string {
  const state = JSON.stringify({
    list: Array.from({ length: 20_000 }, (_, id) => ({ id, text: 'some text' })),
  });
  return list(count, (index) => `{"op":"set","panelId":"large-${index}","state":${state}}`);
}

/** So many members of an object, as text. */
export function fields(count: number): string {
  return members(count, () => '1').slice(1, -1);
}

/** A patch of so many operations, each of which changes one number. */
export function countUp(count: number): object[] {
  return Array.from({ length: count }, () => ({ op: 'inc', path: '/n', value: 1 }));
}
