import { countOperations } from './count-operations';
import { loadDefinition, serviceOf } from './definition';

const transact = serviceOf(loadDefinition())['Transact'];
const message = (count: number) =>
  transact?.requestSerialize({
    workspaceId: 'ws',
    operations: Array.from({ length: count }, () => ({
      set: { panelId: 'p', stateJson: Buffer.from('{}') },
    })),
    triggeredBy: 'user',
    lock: { name: 'lock', fencingToken: 7 },
  }) as Buffer;

it('lets in what a transaction may have, and one more for its own refusal', () => {
  for (const count of [0, 1, 1_000, 1_001]) expect(() => countOperations(message(count))).not.toThrow();
});

it('refuses more, also empty ones', () => {
  const refused = expect.objectContaining({ code: 'body_too_large' });
  expect(() => countOperations(message(1_002))).toThrow(refused);
  expect(() => countOperations(Buffer.alloc(4_000_000, Buffer.from([0x12, 0])))).toThrow(refused);
});

it('skips fields that are not known', () => {
  const unknown = Buffer.from([0x78, 0xff, 0x01, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7d, 1, 2, 3, 4]);
  expect(() => countOperations(Buffer.concat([unknown, message(2)]))).not.toThrow();
});

it.each([[[0x12, 0x80]], [[0x80]], [[0x13]], [Array(12).fill(0xff)]])(
  'ends where bytes are no message: %j',
  (bytes) => {
    expect(() => countOperations(Buffer.from(bytes))).toThrow(RangeError);
  },
);
