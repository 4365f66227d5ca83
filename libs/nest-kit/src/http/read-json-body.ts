import { StateTooLarge } from '@nexus-state/documents';
import {
  NotJson,
  NotUtf8,
  StringTooLong,
  TooManyValues,
  decodeInTurns,
  maxTextValues,
  readInTurns,
} from '../json';
import { BodyTooLarge, MalformedJson } from '../problems/http-refusals';

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
 * @param body its bytes, in pieces
 * @throws MalformedJson when it is not JSON or not UTF-8, or an object has a member twice
 * @throws BodyTooLarge when it has more values than `maxValues`, or a string that is longer than any may be; StateTooLarge in
 *   place of that where the body holds a state
 * @throws UnsupportedValue, StateTooDeep with the pointer of the value
 */
export async function readJsonBody(
  body: readonly Buffer[],
  { maxValues = maxTextValues, stateBytes = Infinity, holdsState = false }: JsonBodyRules = {},
): Promise<unknown> {
  // A patch may hold, for a moment, what is twice as long as a state.
  const maxStringBytes = Math.max(minStringBytes, 2 * stateBytes);
  try {
    return await readInTurns(await decodeInTurns(body), maxValues, maxStringBytes);
  } catch (error) {
    if (error instanceof NotUtf8 || error instanceof NotJson) throw new MalformedJson(error.message);
    if (error instanceof TooManyValues) throw new BodyTooLarge();
    if (error instanceof StringTooLong)
      throw holdsState ? new StateTooLarge(error.bytes, stateBytes) : new BodyTooLarge();
    throw error;
  }
}
