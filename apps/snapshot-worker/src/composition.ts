import path from 'node:path';
import type { Provider } from '@nestjs/common';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import type { Config, ProcessObserver, ServiceContext } from '@nexus-state/nest-kit';
import {
  BullmqSchedule,
  BullmqSnapshotQueue,
  BullmqSnapshotWorkers,
  BullmqUpkeepQueue,
  type QueueLocation,
} from '@nexus-state/bullmq';
import { GitSnapshotRepository } from '@nexus-state/git';
import { chooseGitEngine } from '@nexus-state/git-nodegit';
import {
  PostgresKeyStore,
  PostgresPanelHistory,
  PostgresPanelStore,
  PostgresSnapshotCoverage,
  PostgresSnapshotRetention,
  PostgresSnapshotStore,
  PostgresWorkspaceLock,
  PostgresWorkspaceReader,
} from '@nexus-state/postgres';
import { RedisUpdateBus } from '@nexus-state/redis';
import { EmbeddingRefresh } from '@nexus-state/state-core';
import {
  CORE_OBSERVER,
  LargeWorkPool,
  QueueMetrics,
  RedisConnections,
  databaseOptions as optionsOf,
  embeddingsOf,
  largeWorkProvider,
  processProviders,
  queueLocation,
  withSpans,
} from '@nexus-state/wiring';
import type { Logger } from 'pino';
import { DataSource } from 'typeorm';
import { JobMetrics } from './job-metrics';
import { type JobPorts, JobProcessor } from './job-processor';
import { ScheduleKeeper } from './schedule-keeper';

/** What a snapshot needs at its peak: one connection holds the lock while another reads. */
const connectionsPerSnapshot = 2;
const snapshotsAtOnce = 2;

/**
 * What a scan looks at again: more than passes between the instant of a change and its commit, which is at most two
 * statements, and than clocks jump.
 */
const scanOverlapMs = 300_000;

/** The timeout of Redis for jobs: longer than for requests, which clients wait for. */
const queueTimeoutMs = 10_000;

/** How long jobs in hand may go on after SIGTERM; with what letting go takes, the process ends within ten seconds. */
const finishMs = 5_000;

/** How long a job waits for the vectors of a batch: it has nobody waiting for it. */
const embeddingPatienceMs = 120_000;

/** The data source of this process. */
export function databaseOptions(config: Config): TypeOrmModuleOptions {
  // One beside those of a snapshot: health is asked while it is taken.
  return optionsOf(config, connectionsPerSnapshot + 1);
}

/** What takes jobs off the queues. It lets go of its jobs before the connections they need are closed. */
class StoppingWorkers extends BullmqSnapshotWorkers {
  beforeApplicationShutdown(): Promise<void> {
    return this.close(finishMs);
  }
}

/** Where jobs put further jobs, closed when the workers have ended. */
class JobQueues {
  readonly snapshots;
  readonly upkeep;

  constructor(location: QueueLocation) {
    this.snapshots = new BullmqSnapshotQueue({ ...location, timeoutMs: queueTimeoutMs });
    this.upkeep = new BullmqUpkeepQueue({ ...location, timeoutMs: queueTimeoutMs });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.snapshots.close(), this.upkeep.close()]);
  }
}

/** The repositories, worked on by the engine that was chosen or that works here; the log says which. */
async function openRepositories(config: Config, logger: Logger): Promise<GitSnapshotRepository> {
  const nodegitFolder = path.resolve(config.GIT_NODEGIT_FOLDER);
  const { name, reason, engine } = await chooseGitEngine(config.GIT_ENGINE, nodegitFolder);
  logger.info({ engine: name, reason }, 'git engine');
  return new GitSnapshotRepository({ root: path.resolve(config.GIT_WORKSPACE_ROOT), engine });
}

function portsOf(
  config: Config,
  source: DataSource,
  queues: JobQueues,
  { work: large }: LargeWorkPool,
): Omit<JobPorts, 'bus' | 'observer' | 'repository' | 'embeddings'> {
  const remoteTemplate = config.GIT_REMOTE_URL_TEMPLATE;
  return {
    lock: new PostgresWorkspaceLock(source),
    reader: new PostgresWorkspaceReader(source, large),
    large,
    snapshots: new PostgresSnapshotStore(source),
    coverage: new PostgresSnapshotCoverage(source, scanOverlapMs + 2 * config.DATABASE_TIMEOUT),
    keys: new PostgresKeyStore(source),
    retention: new PostgresSnapshotRetention(source),
    retentionMs: config.SNAPSHOT_RETENTION,
    queue: queues.snapshots,
    upkeep: queues.upkeep,
    hasRemote: remoteTemplate !== undefined,
    remoteTemplate,
  };
}

/** Ports with spans, where tracing is on; the statements beneath them have spans of their own. */
function tracedPorts<Ports extends Pick<JobPorts, 'lock' | 'reader'>>(
  ports: Ports,
  repository: GitSnapshotRepository,
  { tracing }: ServiceContext,
): Ports & Pick<JobPorts, 'repository'> {
  if (!tracing) return { ...ports, repository };
  return {
    ...ports,
    lock: withSpans(ports.lock, { hold: 'hold workspace lock' }),
    reader: withSpans(ports.reader, { readPanels: 'read panels' }),
    repository: withSpans(repository, {
      readTip: 'git read tip',
      begin: { commit: 'git commit' },
      push: 'git push',
      maintain: 'git maintain',
    }),
  };
}

/** The one place where ports meet their adapters. */
export function providersOf(service: ServiceContext): Provider[] {
  const { config, logger, metrics } = service;
  const location = queueLocation(service);
  const schedule = {
    scanEveryMs: config.SNAPSHOT_INTERVAL,
    maintenanceEveryMs: config.SNAPSHOT_MAINTENANCE_INTERVAL,
  };
  return [
    ...processProviders(service),
    largeWorkProvider,
    { provide: QueueMetrics, useFactory: () => new QueueMetrics(location, metrics) },
    {
      provide: JobMetrics,
      useFactory: () => new JobMetrics(metrics, path.resolve(config.GIT_WORKSPACE_ROOT)),
    },
    { provide: JobQueues, useFactory: () => new JobQueues(location) },
    { provide: GitSnapshotRepository, useFactory: () => openRepositories(config, logger) },
    {
      provide: JobProcessor,
      inject: [
        DataSource,
        RedisConnections,
        JobQueues,
        GitSnapshotRepository,
        LargeWorkPool,
        CORE_OBSERVER,
        JobMetrics,
      ],
      useFactory: (
        source: DataSource,
        redis: RedisConnections,
        queues: JobQueues,
        repository: GitSnapshotRepository,
        pool: LargeWorkPool,
        observer: ProcessObserver,
        jobMetrics: JobMetrics,
      ) =>
        new JobProcessor(
          {
            ...tracedPorts(portsOf(config, source, queues, pool), repository, service),
            bus: new RedisUpdateBus(redis.main),
            embeddings: new EmbeddingRefresh({
              reader: new PostgresWorkspaceReader(source, pool.work),
              store: new PostgresPanelStore(source, pool.work),
              history: new PostgresPanelHistory(source),
              large: pool.work,
              embeddings: embeddingsOf(service, source, embeddingPatienceMs),
            }),
            observer,
          },
          logger,
          jobMetrics,
        ),
    },
    {
      provide: StoppingWorkers,
      inject: [JobProcessor, JobMetrics],
      useFactory: (jobs: JobProcessor, jobMetrics: JobMetrics) =>
        new StoppingWorkers({
          ...location,
          concurrency: Math.max(
            1,
            Math.min(snapshotsAtOnce, Math.floor(config.DATABASE_POOL_SIZE / connectionsPerSnapshot)),
          ),
          jobs: {
            snapshot: (request, run) => jobs.snapshot(request, run),
            scan: (run) => jobs.scan(run),
            push: (workspace, run) => jobs.push(workspace, run),
            maintenance: (workspace, run) => jobs.maintenance(workspace, run),
            embed: (workspace, run) => jobs.embed(workspace, run),
          },
          onLost: (job) => {
            jobMetrics.gaveUp(job.kind);
            logger.error({ ...job }, 'job failed for good');
          },
        }),
    },
    {
      provide: ScheduleKeeper,
      useFactory: () => {
        const kept = new BullmqSchedule(location);
        const keeping = {
          set: () => kept.set(schedule),
          restore: () => kept.restore(schedule),
          close: () => kept.close(),
        };
        return new ScheduleKeeper(keeping, logger);
      },
    },
  ];
}
