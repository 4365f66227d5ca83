/** A sealed value, taken apart. */
export interface Envelope {
  readonly keyId: string;
  readonly iv: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

// 1 byte for the format, 1 for the length of the key id, the key id, 12 of IV, the ciphertext, 16 of tag.
const format = 1;
export const ivBytes = 12;
export const tagBytes = 16;

/** What every value begins with that was sealed with a key: databases find the others by it. */
export function prefixOf(keyId: string): Uint8Array {
  const id = Buffer.from(keyId, 'latin1');
  return Buffer.concat([Buffer.of(format, id.length), id]);
}

export function packEnvelope({ keyId, iv, ciphertext, tag }: Envelope): Uint8Array {
  return Buffer.concat([prefixOf(keyId), iv, ciphertext, tag]);
}

/** Undefined for bytes that are no envelope. */
export function unpackEnvelope(sealed: Uint8Array): Envelope | undefined {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const start = 2 + (bytes[1] ?? 0);
  if (bytes[0] !== format || bytes.length < start + ivBytes + tagBytes) return undefined;
  return {
    keyId: bytes.toString('latin1', 2, start),
    iv: bytes.subarray(start, start + ivBytes),
    ciphertext: bytes.subarray(start + ivBytes, -tagBytes),
    tag: bytes.subarray(-tagBytes),
  };
}
