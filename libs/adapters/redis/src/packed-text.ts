import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import { type PackedText, Unavailable } from '@nexus-state/state-core';

/**
 * The fastest level: the next ones take twice to three times the time for a tenth of the bytes. gzip, because more clients accept it than
 * Brotli, which takes about as long for about the same bytes.
 */
const options = { level: constants.Z_BEST_SPEED };

const compress = promisify<string, typeof options, Buffer>(gzip);
const expand = promisify<Uint8Array, Buffer>(gunzip);

/** A text as gzip has packed it. Packing and expanding is done in threads of the runtime. */
export class GzipText implements PackedText {
  readonly coding = 'gzip';

  constructor(readonly bytes: Uint8Array) {}

  static async of(text: string): Promise<GzipText> {
    return new GzipText(await compress(text, options));
  }

  /** @throws Unavailable when the bytes are damaged */
  async text(): Promise<string> {
    try {
      return (await expand(this.bytes)).toString('utf8');
    } catch (error) {
      throw new Unavailable('The cache', { cause: error });
    }
  }
}
