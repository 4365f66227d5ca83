import type { JsonValue } from '@nexus-state/documents';
import { FairTurns } from '@nexus-state/state-core';
import { JsonReader } from './json-reader';

/** How many characters to scan between two looks at the clock. */
const stepLength = 16 * 1024;

/**
 * Reads a JSON text as strictly as `JsonReader`, and yields to the event loop while it reads a large one.
 * @param maxValues @param maxStringBytes as for `JsonReader`
 * @throws what `JsonReader.read` throws
 */
export async function readInTurns(
  text: string | readonly string[],
  maxValues?: number,
  maxStringBytes?: number,
): Promise<JsonValue> {
  const reader = new JsonReader(text, maxValues, maxStringBytes);
  const turns = new FairTurns();
  while (!reader.read(stepLength)) if (turns.isOver) await turns.pause();
  return reader.value;
}
