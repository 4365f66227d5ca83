import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { JsonReader, NotJson, TooManyValues, maxTextValues } from '../json';
import { BodyTooLarge, MalformedJson } from '../problems/http-refusals';

/** How many characters to scan between two looks at the clock. */
const stepLength = 16 * 1024;

/** How long one turn of the event loop lasts, in milliseconds. */
const turnMs = 8;

/**
 * Reads a JSON body strictly (see `JsonReader`). Yields to the event loop while it reads a large body.
 * @param maxValues how many values the body may have
 * @throws MalformedJson when it is not JSON or not UTF-8, or an object has a member twice
 * @throws BodyTooLarge when it has more values than `maxValues`
 * @throws UnsupportedValue, StateTooDeep with the pointer of the value
 */
export async function readJsonBody(body: Buffer, maxValues = maxTextValues): Promise<unknown> {
  if (!isUtf8(body)) throw new MalformedJson('it is not UTF-8.');
  try {
    return await readInTurns(new JsonReader(body.toString('utf8'), maxValues));
  } catch (error) {
    if (error instanceof NotJson) throw new MalformedJson(error.message);
    if (error instanceof TooManyValues) throw new BodyTooLarge();
    throw error;
  }
}

async function readInTurns(reader: JsonReader): Promise<unknown> {
  let started = performance.now();
  while (!reader.read(stepLength)) {
    if (performance.now() - started < turnMs) continue;
    await nextTurn();
    started = performance.now();
  }
  return reader.value;
}
