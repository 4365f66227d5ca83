import { BodyTooLarge } from '@nexus-state/nest-kit';

/** As many as a transaction may have; one more is refused by what reads them. */
const maxOperations = 1_001;
/** The tag of the field `operations` of a TransactRequest or TransactKeysRequest: number 2, with a length. */
const operationsTag = (2 << 3) | 2;

/**
 * Refuses a transaction with far too many operations before it is decoded: empty ones have two bytes each on the wire, and an
 * object each in memory.
 * @throws BodyTooLarge; RangeError where the bytes are no message
 */
export function countOperations(bytes: Uint8Array): void {
  let at = 0;
  let operations = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 63) throw new RangeError('The message ends too early.');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    if (tag === operationsTag && ++operations > maxOperations) throw new BodyTooLarge();
    switch (tag & 7) {
      case 0:
        varint();
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        throw new RangeError('The message has a field of a kind that is not known.');
    }
  }
}
