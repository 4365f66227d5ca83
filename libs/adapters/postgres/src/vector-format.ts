/** The most numbers that a value of type `vector` may have. */
const mostNumbers = 16_000;
/** Before the numbers of a `vector` as the server sends it: how many there are, and a field that is not used. */
const headerBytes = 4;

/** A vector as bytes: 32-bit floats, little-endian. */
export function bytesOf(vector: Float32Array): Buffer {
  const bytes = Buffer.from(vector.buffer.slice(vector.byteOffset, vector.byteOffset + vector.byteLength));
  return isLittleEndian ? bytes : bytes.swap32();
}

/** The vector that bytes hold, as `bytesOf` writes them. */
export function vectorOf(bytes: Buffer): Float32Array {
  return floatsOf(bytes, isLittleEndian);
}

/** The vector in what `vector_send` returns: a header, and 32-bit floats, big-endian. */
export function sentVectorOf(bytes: Buffer): Float32Array {
  return floatsOf(bytes.subarray(headerBytes), !isLittleEndian);
}

/** A vector as pgvector reads it. */
export function vectorLiteral(vector: Float32Array): string {
  return `[${vector.join(',')}]`;
}

/** Whether pgvector has room for a vector, and knows its numbers. */
export function holdsVector(vector: Float32Array): boolean {
  return vector.length > 0 && vector.length <= mostNumbers && vector.every(Number.isFinite);
}

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

function floatsOf(bytes: Buffer, isOwnOrder: boolean): Float32Array {
  // Copied: a view of floats has to begin at a multiple of four.
  const vector = new Float32Array(bytes.length / 4);
  const copy = Buffer.from(vector.buffer);
  copy.set(bytes);
  if (!isOwnOrder) copy.swap32();
  return vector;
}
