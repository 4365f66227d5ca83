import { FairTurns } from '@nexus-state/state-core';
import { Pieces } from './pieces';

/** From so many characters on, a list is encoded piece by piece. */
const longText = 1024 * 1024;

/** What comes before the text of a value in binary format: of the type `jsonb` the version of the format, of `text` nothing. */
const begins = { jsonb: [Buffer.from([1])], text: [] };

/**
 * A JSON list as the value of a parameter. A long one is encoded here, with pauses between its elements: the driver would encode
 * all of it in one go.
 * @param elements as JSON texts
 * @param type of the parameter
 */
export async function jsonParameter(
  elements: readonly string[],
  type: 'jsonb' | 'text' = 'jsonb',
): Promise<string | Pieces> {
  const length = elements.reduce((sum, text) => sum + text.length, 0);
  if (length <= longText) return `[${elements.join(',')}]`;
  const turns = new FairTurns();
  const parts: Buffer[] = [...begins[type]];
  let before = '[';
  for (const text of elements) {
    parts.push(Buffer.from(before), Buffer.from(text));
    before = ',';
    await turns.pause();
  }
  parts.push(Buffer.from(']'));
  return new Pieces(parts);
}
