// @ts-check
const path = require('node:path');
const { startPostgres, startRedis } = require('@nexus-state/embedded');
const { say } = require('../terminal/say');

/** What would make a test's outcome depend on whose terminal it runs in. */
const PERSONAL =
  /^(DATABASE|REDIS|CACHE|SERVICE|REALTIME|GRPC|WORKER|GIT|JWT|OIDC|AUTH|CORS|SNAPSHOT|RATE_LIMIT|QUEUE|MAX|OTEL|LOG)_/;

/**
 * @typedef {object} TestServices
 * @property {NodeJS.ProcessEnv} env what the tests find them by
 * @property {() => Promise<void>} stop
 */

/**
 * Starts the servers the tests need, with nothing in them. TEST_DATABASE_URL or TEST_REDIS_URL name one to use instead.
 * @param {string} folder
 * @returns {Promise<TestServices>}
 */
async function startTestServices(folder) {
  const own = process.env;
  /** @type {Promise<import('@nexus-state/embedded').EmbeddedServer>[]} */
  const starting = [];
  if (!own['TEST_DATABASE_URL']) {
    // Sorting as people do, unlike the byte order of `npm start`: a query that relies on either shows itself.
    starting.push(startPostgres({ dataDir: path.join(folder, 'postgres'), durable: false, locale: 'en-US' }));
  }
  if (!own['TEST_REDIS_URL']) {
    starting.push(
      startRedis({ dataDir: path.join(folder, 'redis'), onProgress: (message) => say(`  ${message}`) }),
    );
  }
  const results = await Promise.allSettled(starting);
  const servers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async () => void (await Promise.all(servers.map((server) => server.stop())));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) {
    await stop();
    throw failure.reason;
  }
  const postgres = servers.find((server) => server.url.startsWith('postgresql:'));
  const redis = servers.find((server) => server.url.startsWith('redis:'));
  const env = {
    ...Object.fromEntries(Object.entries(own).filter(([name]) => !PERSONAL.test(name))),
    NODE_ENV: 'test',
    TEST_DATABASE_URL: own['TEST_DATABASE_URL'] ?? postgres?.url.replace(/\/[^/]*$/, '/postgres'),
    TEST_REDIS_URL: own['TEST_REDIS_URL'] ?? redis?.url,
  };
  return { env, stop };
}

module.exports = { startTestServices };
