import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../cli/failures';

/** Where a development stack is, and what opens it. */
export interface StackAddress {
  readonly url: string;
  readonly realtimeUrl: string;
  readonly token: string;
}

/** Where `npm start` listens unless it is told otherwise. */
const defaults = { url: 'http://127.0.0.1:8001', realtimeUrl: 'http://127.0.0.1:8002' };

/**
 * Finds the data folder of a development stack: `.nexus`, in a folder or one of those above it.
 * @param folders where to begin, the most likely first
 */
export function findStack(folders: readonly string[]): string | undefined {
  for (const folder of folders) {
    for (let place = path.resolve(folder); ; place = path.dirname(place)) {
      const stack = path.join(place, '.nexus');
      if (existsSync(path.join(stack, 'token'))) return stack;
      if (place === path.dirname(place)) break;
    }
  }
  return undefined;
}

/**
 * Reads the address and the token of a development stack.
 * @throws Failure where it is gone
 */
export async function readStack(stack: string): Promise<StackAddress> {
  let token: string;
  try {
    token = (await readFile(path.join(stack, 'token'), 'utf8')).trim();
  } catch {
    throw new Failure(
      `The development stack in ${stack} is gone.`,
      undefined,
      'npm start, or nexus login URL',
    );
  }
  return { ...defaults, ...(await addressesOf(stack)), token };
}

async function addressesOf(stack: string): Promise<Partial<StackAddress>> {
  try {
    return JSON.parse(await readFile(path.join(stack, 'addresses.json'), 'utf8')) as Partial<StackAddress>;
  } catch {
    return {};
  }
}
