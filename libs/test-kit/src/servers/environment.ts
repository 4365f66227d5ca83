/** An address of a service that the test command provides. */
function provided(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(
      `${name} is not set. Run "npm test", or "npm test -- <pattern>": it starts what tests need.`,
    );
  }
  return value;
}

/** PostgreSQL for tests: the address of a database from which others may be created. */
export const testDatabaseUrl = (): string => provided('TEST_DATABASE_URL');

/** Redis for tests, shared by all of them: keys, channels and queues need names of their own. */
export const testRedisUrl = (): string => provided('TEST_REDIS_URL');
