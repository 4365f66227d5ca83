import { str } from 'envalid';
import { duration, postgresUrl, wholeNumber } from './validators';

/** Settings of PostgreSQL, and of the queries that it answers. */
export const databaseSettings = {
  DATABASE_URL: postgresUrl({
    desc: 'Address of PostgreSQL, which stores all state.',
    example: 'postgresql://nexus:secret@localhost:5432/nexus',
  }),
  DATABASE_POOL_SIZE: wholeNumber(
    1,
    1000,
  )({
    default: 10,
    desc: 'PostgreSQL connections per process.',
  }),
  DATABASE_TIMEOUT: duration(
    100,
    600_000,
  )({
    default: 5_000,
    desc: 'Timeout of a statement, and of the wait for a connection.',
  }),
  DATABASE_DISTRIBUTION: str({
    choices: ['none', 'citus'],
    default: 'none',
    desc: 'Whether PostgreSQL is one server, or a Citus cluster whose tables npm run migrate distributes by owner. The same for the migration and all services.',
  }),
  QUERY_CONCURRENCY: wholeNumber(
    1,
    100,
  )({
    default: 4,
    desc: 'Concurrent queries per process; each has its own PostgreSQL connection, in addition to DATABASE_POOL_SIZE.',
  }),
  QUERY_TIMEOUT: duration(
    100,
    600_000,
  )({
    default: 2_000,
    desc: 'Timeout of a query statement; a slower query is refused.',
  }),
  QUERY_INDEX: str({
    choices: ['on', 'off'],
    default: 'on',
    desc: 'Whether npm run migrate keeps the indexes over states and their times. Queries give the same answers without them, and read their whole workspace; updates cost less.',
  }),
};
