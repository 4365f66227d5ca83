import { Unavailable } from '@nexus-state/state-core';
import { Redis } from 'ioredis';
import { DatabaseError } from 'pg';
import { pino } from 'pino';
import { QueryFailedError } from 'typeorm';
import { errorFacts } from './error-facts';
import { redacted } from './redacted';

const planted = 'planted-value';

/** What the log holds of an error. */
const logged = (error: unknown) => {
  let line = '';
  const log = pino({ serializers: { err: errorFacts } }, { write: (text: string) => void (line += text) });
  log.error({ err: error }, 'failed');
  return line;
};

const databaseError = (message: string, fields: object) =>
  Object.assign(new DatabaseError(message, 100, 'error'), fields);

it.each<[string, unknown]>([
  [
    'the rows of PostgreSQL',
    databaseError('duplicate key value violates unique constraint "panels_pkey"', {
      ...{ code: '23505', table: 'panels', constraint: 'panels_pkey' },
      ...{
        detail: `Key (id)=(${planted}) already exists.`,
        where: planted,
        hint: planted,
        internalQuery: planted,
      },
    }),
  ],
  [
    'what PostgreSQL cannot take',
    databaseError(`invalid input syntax for type json: "${planted}"`, { code: '22P02' }),
  ],
  [
    'queries and their parameters',
    new QueryFailedError(`SELECT '${planted}'`, [planted], databaseError('failed', { detail: planted })),
  ],
  [
    'commands of Redis',
    Object.assign(new Error(`ERR unknown command 'X', with args beginning with: '${planted}'`), {
      command: { name: 'set', args: ['key', planted] },
    }),
  ],
  ['text around a mistake in JSON', thrownBy(() => JSON.parse(`{"a": ${planted}}`))],
  ['addresses', thrownBy(() => new URL(`http//user:${planted}@host`))],
  ['arguments', thrownBy(() => Buffer.from(Symbol(planted) as never))],
  ['passwords in addresses', new Error(`cannot reach postgresql://user:${planted}@host:5432/db`)],
  ['what is thrown and no error', { value: planted }],
  ['tokens', new Error(`GET /ws/state/ws?token=${planted}&owner=me failed`)],
  [
    'all that anew in causes',
    new Unavailable('The database', {
      cause: new AggregateError(
        [databaseError('failed', { code: '23505', detail: planted })],
        planted.slice(8),
      ),
    }),
  ],
])('the log omits %s', (_, error) => {
  const line = logged(error);
  expect(line).toContain('"msg":"failed"');
  expect(line).not.toContain(planted);
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

it('the log says what went wrong, where, and why', () => {
  const cause = databaseError('deadlock detected', {
    ...{ code: '40P01', severity: 'ERROR', table: 'panels', routine: 'DeadLockReport' },
  });
  const { err } = JSON.parse(logged(new Unavailable('The database', { cause })));
  expect(err).toMatchObject({
    type: 'Unavailable',
    code: 'unavailable',
    message: 'The database is unavailable. Retry shortly.',
    stack: expect.stringMatching(/^Unavailable: The database is unavailable.*\n {4}at .*error-facts\.spec/),
    cause: {
      type: 'DatabaseError',
      code: '40P01',
      severity: 'ERROR',
      table: 'panels',
      routine: 'DeadLockReport',
    },
  });
});

it('the log names the failed Redis command, without its arguments', async () => {
  const redis = new Redis({ port: 1, lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  redis.on('error', () => undefined);
  const error = await redis.set('key', planted).catch((failed: unknown) => failed);
  redis.disconnect();
  expect(logged(error)).not.toContain(planted);
});

it('a chain of causes that goes in a circle has an end', () => {
  const error = new Error('round');
  error.cause = error;
  expect(logged(error)).toContain('round');
});

it.each([
  ['redis://:pass@host:6379/0', 'redis://***@host:6379/0'],
  ['https://user:to%40ken@git.example/ws.git and more', 'https://***@git.example/ws.git and more'],
  ['https://git.example/a@b', 'https://git.example/a@b'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln is forged', '*** is forged'],
])('%s becomes %s', (text, expected) => {
  expect(redacted(text)).toBe(expected);
});
