import { readFile } from 'node:fs/promises';
import type { JsonObject, JsonValue } from '@nexus-state/client';
import { UsageError } from '../cli/failures';

/** What reads standard input. */
export interface Input {
  input(): Promise<Buffer>;
}

/**
 * The bytes of an argument: its text, the content of `@file`, or standard input for `-`.
 * @throws UsageError where the file cannot be read
 */
export async function bytesArgument(argument: string, stdin: Input): Promise<Buffer> {
  if (argument === '-') return stdin.input();
  if (!argument.startsWith('@')) return Buffer.from(argument);
  const file = argument.slice(1);
  try {
    return await readFile(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * The JSON of an argument: its text, the content of `@file`, or standard input for `-`.
 * @throws UsageError where it is no JSON
 */
export async function jsonArgument(argument: string, stdin: Input): Promise<JsonValue> {
  return parseJson((await bytesArgument(argument, stdin)).toString('utf8'), sourceOf(argument));
}

/**
 * A JSON object: a state, or a part of one.
 * @throws UsageError
 */
export async function objectArgument(argument: string, stdin: Input): Promise<JsonObject> {
  const value = await jsonArgument(argument, stdin);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new UsageError(`${sourceOf(argument)} is not a JSON object: a state is one, such as {"on": true}.`);
}

/**
 * A JSON array of objects: the operations of a patch or a transaction.
 * @throws UsageError
 */
export async function operationsArgument(argument: string, stdin: Input): Promise<JsonObject[]> {
  const value = await jsonArgument(argument, stdin);
  const isObject = (item: unknown) => typeof item === 'object' && item !== null && !Array.isArray(item);
  if (Array.isArray(value) && value.every(isObject)) return value as JsonObject[];
  throw new UsageError(`${sourceOf(argument)} is not a JSON array of operations.`);
}

/**
 * Parses JSON.
 * @param source what the message calls it
 * @throws UsageError
 */
export function parseJson(text: string, source: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw new UsageError(`${source} is not JSON: ${(error as Error).message}`);
  }
}

function sourceOf(argument: string): string {
  if (argument === '-') return 'Standard input';
  return argument.startsWith('@') ? argument.slice(1) : 'The argument';
}
