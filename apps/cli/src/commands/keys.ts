import type { JsonObject, JsonValue, KeyEvent, KeyOperation, ListedKey } from '@nexus-state/client';
import type { Context } from '../cli/context';
import { type AddCommands, examples } from '../cli/define';
import { exitCodes } from '../cli/exit-codes';
import { Failure, UsageError } from '../cli/failures';
import { count, timeSpan, wholeNumber } from '../input/options';
import { bytesArgument, jsonArgument, operationsArgument } from '../input/values';

interface WriteOptions {
  readonly version?: number;
  readonly ttl?: number;
  readonly sensitive?: boolean;
  readonly raw?: boolean;
}

/** The commands about values under keys. */
export const addKeyCommands: AddCommands = (parent, run) => {
  const key = parent.command('key').description('Read, write and watch values under keys');
  examples(
    key
      .command('get <key>')
      .description('Print what a key holds: JSON, or bytes as they are')
      .option('--full', 'print version and times, too')
      .action(run(get)),
    ['nexus key get /nodes/a', 'print the value'],
  );
  examples(
    key
      .command('set <key> <value>')
      .description('Write a value: JSON, @FILE, or - for standard input')
      .option(
        '--version <n>',
        'write only if the key is at that version; 0: if it holds nothing',
        wholeNumber,
      )
      .option('--ttl <time>', 'delete it after a time such as 30s or 2h', timeSpan)
      .option('--sensitive', 'keep it encrypted, and from watchers and lists')
      .option('--raw', 'write the bytes as they are, not as JSON')
      .action(run(set)),
    [`nexus key set /nodes/a '{"runs": ["web"]}' --ttl 60s`, 'write a value for a minute'],
    ['nexus key set /secrets/api --sensitive --raw - < key.txt', 'write a secret'],
  );
  examples(
    key.command('rm <key>').description('Delete a key').option('--yes', 'do not ask').action(run(remove)),
    ['nexus key rm /nodes/a --yes', 'delete it without a question'],
  );
  examples(
    key
      .command('ls [prefix]')
      .description('List keys in the order of their bytes')
      .option('--values', 'with values')
      .action(run(list)),
    ['nexus key ls /nodes/', 'list what is below /nodes/'],
  );
  examples(
    key
      .command('watch <pattern>')
      .description('Follow a key, PREFIX/*, or *, until Ctrl-C')
      .option('--since <revision>', 'begin after that revision', wholeNumber)
      .option('--count <n>', 'end after n changes', count)
      .action(run(watch)),
    ["nexus key watch '/nodes/*'", 'follow what is below /nodes/'],
  );
  examples(
    key
      .command('txn <operations>')
      .description('Do several operations as one change, or none of them. OPERATIONS is JSON, @FILE, or -')
      .action(run(transact)),
    [
      `nexus key txn '[{"check": {"key": "/a", "version": 1}}, {"set": {"key": "/a", "value": 2}}]'`,
      'check, then write',
    ],
  );
};

async function get(context: Context, key: string, { full }: { readonly full?: boolean }): Promise<void> {
  const { keys } = await subject(context, key);
  const entry = await keys.getEntry(key, { signal: context.signal });
  if (!entry) throw new Failure(`The key ${key} holds nothing.`, exitCodes.notFound, 'nexus key ls');
  const { value } = entry;
  if (full) return context.printer.value(shown(entry));
  if (value instanceof Uint8Array) return context.terminal.data(value);
  await context.printer.value(value);
}

async function set(context: Context, key: string, text: string, options: WriteOptions): Promise<void> {
  const { terminal, signal } = context;
  const value = options.raw
    ? new Uint8Array(await bytesArgument(text, terminal))
    : await jsonArgument(text, terminal);
  const { keys } = await subject(context, key);
  const { ttl, sensitive, version: base } = options;
  const how = {
    ...(ttl === undefined ? {} : { ttl }),
    ...(sensitive === undefined ? {} : { sensitive }),
    signal,
  };
  let version: number;
  if (base !== undefined) version = await keys.compareAndSet(key, base, value, how);
  else if (value instanceof Uint8Array) version = await keys.set(key, value, how);
  else version = await keys.setJson(key, value, how);
  await context.printer.written(`${key} version ${version}`, { key, version });
}

async function remove(context: Context, key: string, { yes }: { readonly yes?: boolean }): Promise<void> {
  const { keys } = await subject(context, key);
  if (!yes) await context.terminal.confirm(`Delete the key ${key}?`, '--yes');
  if (!(await keys.delete(key, { signal: context.signal }))) {
    throw new Failure(`The key ${key} holds nothing.`, exitCodes.notFound, 'nexus key ls');
  }
  await context.printer.written(`${key} deleted`, { key, deleted: true });
}

async function list(
  context: Context,
  prefix: string | undefined,
  options: { readonly values?: boolean },
): Promise<void> {
  const { keys } = await context.client();
  const found: ListedKey[] = [];
  for await (const item of keys.list(prefix, { ...options, signal: context.signal })) found.push(shown(item));
  const valueOf = ({ value, sensitive }: ListedKey) => (sensitive ? '(sensitive)' : value);
  await context.printer.list(
    found,
    [
      { title: 'KEY', value: (item) => item.key },
      { title: 'VERSION', value: ({ version }) => version },
      { title: 'REVISION', value: ({ revision }) => revision },
      { title: 'UPDATED', value: ({ updatedAt }) => updatedAt },
      { title: 'EXPIRES', value: ({ expiresAt }) => expiresAt },
      ...(options.values ? [{ title: 'VALUE', value: valueOf }] : []),
    ],
    `There are no keys${prefix === undefined ? '' : ` that begin with ${prefix}`}.`,
  );
}

async function watch(
  context: Context,
  pattern: string,
  { since, count = Infinity }: { readonly since?: number; readonly count?: number },
): Promise<void> {
  const { keys } = await context.client();
  const events = keys.watch(pattern, { ...(since === undefined ? {} : { since }), signal: context.signal });
  const ready = events.ready.then(() => context.terminal.note(`Watching ${pattern}; Ctrl-C ends it.`));
  // The iteration throws the same.
  ready.catch(() => undefined);
  let given = 0;
  for await (const event of events) {
    await context.printer.event(shown(event), eventLine(event));
    if (++given >= count) break;
  }
}

function eventLine({ at, key, version, type, expired, sensitive, value }: KeyEvent): string {
  const change = expired ? 'expired' : type;
  const text = value instanceof Uint8Array ? `(${value.length} bytes)` : JSON.stringify(value);
  return `${at}  ${key} version ${version}  ${change}  ${sensitive ? '(sensitive)' : (text ?? '')}`.trimEnd();
}

async function transact(context: Context, text: string): Promise<void> {
  const operations = (await operationsArgument(text, context.terminal)).map(operationOf);
  const { keys } = await context.client();
  const done = await keys.transaction(operations, { signal: context.signal });
  const lines = done.results.map(({ key, version }) => `${key} version ${version}`);
  await context.printer.written([...lines, `revision ${done.revision}`].join('\n'), done);
}

/** An operation in the words of the HTTP route: `{check}`, `{set}` or `{delete}`. */
function operationOf(operation: JsonObject, index: number): KeyOperation {
  const [name, ...others] = Object.keys(operation);
  const facts = (name === undefined ? undefined : operation[name]) as JsonObject | undefined;
  const key = facts?.['key'];
  if (others.length > 0 || typeof key !== 'string') throw misshapen(index);
  if (name === 'delete') return { type: 'delete', key };
  const version = facts?.['version'];
  if (name === 'check' && typeof version === 'number') return { type: 'checkVersion', key, version };
  if (name !== 'set' || facts?.['value'] === undefined) throw misshapen(index);
  const { ttlSeconds, sensitive } = facts;
  return {
    type: 'set',
    key,
    value: facts['value'] as JsonValue,
    ...(typeof ttlSeconds === 'number' ? { ttl: ttlSeconds * 1000 } : {}),
    ...(sensitive === true ? { sensitive: true } : {}),
  };
}

function misshapen(index: number): UsageError {
  return new UsageError(
    `Operation ${index} is none of {"check": {key, version}}, {"set": {key, value}} and {"delete": {key}}.`,
    'nexus key txn --help',
  );
}

async function subject(context: Context, key: string) {
  const client = await context.client();
  context.place = { ...context.place, subject: `key ${key}` };
  return client;
}

/** Bytes in Base64, as the HTTP routes have them. */
function shown<T extends { readonly value?: unknown }>(item: T): T {
  if (!(item.value instanceof Uint8Array)) return item;
  return { ...item, value: Buffer.from(item.value).toString('base64'), encoding: 'base64' };
}
