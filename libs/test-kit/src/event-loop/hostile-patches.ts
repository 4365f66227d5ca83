import { listText as list, membersText as members } from './json-texts';

const MiB = 1024 * 1024;

const operations = (length: number, operation: (index: number) => object): string =>
  list(length, (index) => JSON.stringify(operation(index)));

/** A patch that costs much more than its bytes, the state that it is for, and how it is to be answered. */
export interface HostilePatch {
  readonly state: string;
  readonly patches: () => string;
  readonly status: number;
}

const manyMembers = `{"big":${members(60_000, () => '1')},"text":"${'x'.repeat(100_000)}"}`;
const manyElements = `{"list":${list(400_000, (index) => String(index % 10))}}`;

/** Patches by what they do, within the limits of a body. */
export const hostilePatches: Readonly<Record<string, HostilePatch>> = {
  'copies of copies': {
    state: '{"a":"x"}',
    patches: () => operations(22, (index) => ({ op: 'copy', from: '', path: `/k${index}` })),
    status: 413,
  },
  'copies of a large value': {
    state: JSON.stringify({ a: 'x'.repeat(MiB - 100) }),
    patches: () => operations(620, (index) => ({ op: 'copy', from: '/a', path: `/k${index}` })),
    status: 413,
  },
  'a large object that is copied again and again': {
    state: manyMembers,
    patches: () =>
      operations(1000, (index) =>
        index % 2 === 0
          ? { op: 'copy', from: '/big', path: '/other' }
          : { op: 'add', path: `/big/k${index}`, value: index },
      ),
    status: 413,
  },
  'copies into a large object': {
    state: manyMembers,
    patches: () => operations(1000, (index) => ({ op: 'copy', from: '/big/k1', path: `/big/new${index}` })),
    status: 200,
  },
  '1,000 moves within a large array': {
    state: manyElements,
    patches: () =>
      operations(1000, (index) => ({ op: 'move', from: '/list/0', path: `/list/${200_000 + index}` })),
    status: 200,
  },
  'long pointers': {
    state: '{"a":1}',
    patches: () => operations(1000, () => ({ op: 'test', path: '/a'.repeat(900), value: 1 })),
    status: 422,
  },
  'one pointer of megabytes': {
    state: '{"a":1}',
    patches: () => operations(1, () => ({ op: 'add', path: '/'.repeat(12 * MiB), value: 1 })),
    status: 413,
  },
  'operations that are none': { state: '{}', patches: () => list(900_000, () => '0'), status: 413 },
  'far too many operations': {
    state: '{}',
    patches: () => operations(150_000, () => ({ op: 'remove', path: '/a' })),
    status: 413,
  },
};
