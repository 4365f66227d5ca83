/** One line of a text. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Undefined where the line is longer than allowed. */
  readonly bytes: Buffer | undefined;
  /** How many bytes of the text end with it. */
  readonly end: number;
}

const newline = 0x0a;

/**
 * Splits bytes into lines; holds one line at a time, and of one that is too long nothing.
 * @param maxBytes how long a line may be
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Line, void> {
  let [number, end, length] = [0, 0, 0];
  let parts: Buffer[] = [];
  const take = (part: Buffer) => {
    length += part.length;
    end += part.length;
    parts = length > maxBytes ? [] : [...parts, part];
  };
  const line = (): Line => {
    const bytes = length > maxBytes ? undefined : Buffer.concat(parts);
    [parts, length] = [[], 0];
    return { number: ++number, bytes, end };
  };
  for await (const chunk of chunks) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let at = buffer.indexOf(newline); at >= 0; at = buffer.indexOf(newline, from)) {
      take(buffer.subarray(from, at));
      end++;
      yield line();
      from = at + 1;
    }
    take(buffer.subarray(from));
  }
  if (length > 0) yield line();
}
