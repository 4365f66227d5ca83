import { FairTurns } from '@nexus-state/state-core';
import { Pieces } from './pieces';

/** From so many characters on, a list is encoded piece by piece. */
const longText = 1024 * 1024;

/** The first byte of a value of the type `jsonb` in binary format: the version of the format; its text follows. */
const version = Buffer.from([1]);

/**
 * A JSON list as the value of a parameter of the type `jsonb`. A long one is encoded here, with pauses between its elements:
 * the driver would encode all of it in one go.
 * @param elements as JSON texts
 */
export async function jsonParameter(elements: readonly string[]): Promise<string | Pieces> {
  const length = elements.reduce((sum, text) => sum + text.length, 0);
  if (length <= longText) return `[${elements.join(',')}]`;
  const turns = new FairTurns();
  const parts = [version];
  let before = '[';
  for (const text of elements) {
    parts.push(Buffer.from(before), Buffer.from(text));
    before = ',';
    await turns.pause();
  }
  parts.push(Buffer.from(']'));
  return new Pieces(parts);
}
