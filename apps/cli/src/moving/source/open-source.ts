import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { UsageError } from '../../cli/failures';
import { folderSource } from './folder';
import { gitSource, holdsSnapshots } from './git';
import { ndjsonFile, ndjsonStream } from './ndjson';
import { type RowsOptions, postgresSource } from './postgres';
import type { Source } from './source';

/** How to read a source. */
export interface SourceOptions extends RowsOptions {
  readonly commit?: string | undefined;
}

/**
 * Opens a source: `-` for standard input, a `postgres://` address, a folder, a git repository, or a file of NDJSON.
 * @throws UsageError where it is none of these, or an option does not go with it
 */
export async function openSource(text: string, options: SourceOptions, stdin: Readable): Promise<Source> {
  const { table, query, commit, ...fields } = options;
  if (/^postgres(ql)?:\/\//.test(text)) {
    refuse({ '--commit': commit }, 'a database');
    return postgresSource(text, { table, query, ...fields });
  }
  refuse({ '--table': table, '--query': query }, text);
  if (text === '-') {
    refuse({ '--commit': commit }, 'standard input');
    return ndjsonStream('standard input', stdin, fields);
  }
  const found = await stat(text).catch((error: Error) => {
    throw new UsageError(`${text} cannot be read: ${error.message}`);
  });
  if (!found.isDirectory()) {
    refuse({ '--commit': commit }, text);
    return ndjsonFile(text, fields);
  }
  refuse({ '--id': fields.id, '--state': fields.state }, text);
  return commit !== undefined || (await holdsSnapshots(text)) ? gitSource(text, commit) : folderSource(text);
}

function refuse(options: Readonly<Record<string, string | undefined>>, source: string): void {
  const given = Object.keys(options).find((name) => options[name] !== undefined);
  if (given) throw new UsageError(`${given} does not go with ${source}.`, 'nexus import --help');
}
