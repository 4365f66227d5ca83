import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { StateTooLarge } from '@nexus-state/documents';
import { FairTurns } from '@nexus-state/state-core';
import { JsonReader, NotJson, StringTooLong, TooManyValues, maxTextValues } from '../json';
import { BodyTooLarge, MalformedJson } from '../problems/http-refusals';

/** How many characters to scan between two looks at the clock. */
const stepLength = 16 * 1024;

/** How many bytes are decoded between two looks at the clock. */
const pieceBytes = 256 * 1024;

/** How long one turn of the event loop lasts, in milliseconds. */
const turnMs = 8;

/** Strings of so many bytes are read, however small states must be. */
const minStringBytes = 1024 * 1024;

/** What a JSON body may be like. */
export interface JsonBodyRules {
  /** How many values it may have, about. */
  readonly maxValues?: number;
  /** How many bytes a state may have: a string that is twice as long is refused before it is decoded. */
  readonly stateBytes?: number;
  /** Whether it may hold a state, or a part of one. */
  readonly holdsState?: boolean;
}

/**
 * Reads a JSON body strictly (see `JsonReader`). Yields to the event loop while it reads a large body.
 * @throws MalformedJson when it is not JSON or not UTF-8, or an object has a member twice
 * @throws BodyTooLarge when it has more values than `maxValues`, or a string that is longer than any may be; StateTooLarge in
 *   place of that where the body holds a state
 * @throws UnsupportedValue, StateTooDeep with the pointer of the value
 */
export async function readJsonBody(
  body: Buffer,
  { maxValues = maxTextValues, stateBytes = Infinity, holdsState = false }: JsonBodyRules = {},
): Promise<unknown> {
  // A patch may hold, for a moment, what is twice as long as a state.
  const maxStringBytes = Math.max(minStringBytes, 2 * stateBytes);
  if (!isUtf8(body)) throw new MalformedJson('it is not UTF-8.');
  try {
    return await readInTurns(new JsonReader(await textOf(body), maxValues, maxStringBytes));
  } catch (error) {
    if (error instanceof NotJson) throw new MalformedJson(error.message);
    if (error instanceof TooManyValues) throw new BodyTooLarge();
    if (error instanceof StringTooLong)
      throw holdsState ? new StateTooLarge(error.bytes, stateBytes) : new BodyTooLarge();
    throw error;
  }
}

/** The text of bytes that are UTF-8. A large one is decoded in pieces, with pauses between them. */
async function textOf(body: Buffer): Promise<string> {
  if (body.length <= pieceBytes) return body.toString('utf8');
  const turns = new FairTurns();
  let text = '';
  for (let start = 0; start < body.length;) {
    let end = Math.min(start + pieceBytes, body.length);
    // Not within a character: its bytes after the first begin with the bits 10.
    while (end < body.length && ((body[end] as number) & 0xc0) === 0x80) end--;
    text += body.toString('utf8', start, end);
    start = end;
    await turns.pause();
  }
  return text;
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
