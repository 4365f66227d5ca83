import { type RedisAddress, readRedisCluster, withPassword } from '@nexus-state/redis/address';
import { QueueReport } from './queue-report';

const usage = `Usage: REDIS_URL=redis://… (or REDIS_CLUSTER_NODES=…) node queue-command.js [failed | retry [jobId] | log <jobId>]`;

/** The command that looks after the queues of `REDIS_URL` and `QUEUE_PREFIX`: what failed, why, and once more. */
async function main([command = 'failed', jobId]: readonly string[]): Promise<void> {
  const { QUEUE_PREFIX: prefix = 'nexus-queue' } = process.env;
  const redis = addressIn(process.env);
  if (!redis || !['failed', 'retry', 'log'].includes(command) || (command === 'log' && !jobId))
    throw new Error(usage);
  const report = new QueueReport({ redis, prefix, onError: () => {} });
  try {
    if (command === 'retry') console.log(`${await report.retry(jobId)} jobs are tried again.`);
    else if (command === 'log') console.log((await report.log(jobId as string)).join('\n'));
    else {
      console.table(await report.counts());
      for (const job of await report.failed()) console.log(JSON.stringify(job));
    }
  } finally {
    await report.close();
  }
}

function addressIn(env: NodeJS.ProcessEnv): RedisAddress | undefined {
  const { REDIS_URL: url, REDIS_CLUSTER_NODES: nodes, REDIS_PASSWORD: password } = env;
  return nodes ? withPassword(readRedisCluster(nodes), password) : url;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
