import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { JsonValue } from '@nexus-state/client';
import { UsageError } from '../../cli/failures';
import { type Line, linesOf } from './lines';
import { type Fields, isObject, panelOf } from './panel-of';
import { type Source, type SourceItem, maxItemBytes } from './source';

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads one line as a panel. Empty lines, and the lines of history that an export has, are none.
 * @returns undefined where there is nothing to import
 */
export function itemOf({ number, bytes }: Line, fields: Fields): SourceItem | undefined {
  const place = `line ${number}`;
  if (!bytes) return { place, problem: `is longer than ${maxItemBytes} bytes` };
  let record: JsonValue;
  try {
    const text = decoder.decode(bytes).trim();
    if (text === '') return undefined;
    record = JSON.parse(text) as JsonValue;
  } catch (error) {
    return { place, problem: `is not JSON: ${(error as Error).message}` };
  }
  if (isObject(record) && isObject(record['change']) && !Object.hasOwn(record, 'state')) return undefined;
  const read = panelOf(record, fields);
  return { place, bytes: bytes.length, ...read };
}

/** Lines of JSON from a stream that is read once. */
export function ndjsonStream(label: string, stream: Readable, fields: Fields): Source {
  return {
    label,
    identity: undefined,
    progress: () => undefined,
    items: (signal) => items(stream, fields, signal, () => undefined),
  };
}

/**
 * Lines of JSON from a file.
 * @throws UsageError where it cannot be read
 */
export async function ndjsonFile(file: string, fields: Fields): Promise<Source> {
  const { size } = await stat(file).catch((error: Error) => {
    throw new UsageError(`${file} cannot be read: ${error.message}`);
  });
  let read = 0;
  return {
    label: file,
    identity: `file ${path.resolve(file)} ${JSON.stringify(fields)}`,
    progress: () => (size === 0 ? 1 : read / size),
    items: (signal) => items(createReadStream(file), fields, signal, (end) => (read = end)),
  };
}

async function* items(
  stream: Readable,
  fields: Fields,
  signal: AbortSignal,
  onRead: (end: number) => void,
): AsyncGenerator<SourceItem, void> {
  const stop = (): unknown => stream.destroy(signal.reason as Error);
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const line of linesOf(stream, maxItemBytes)) {
      onRead(line.end);
      const item = itemOf(line, fields);
      if (item) yield item;
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
