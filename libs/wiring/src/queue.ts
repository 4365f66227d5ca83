import { type ServiceContext, redisAddress } from '@nexus-state/nest-kit';
import { type QueueLocation, jobTelemetry } from '@nexus-state/bullmq';

/** Where the queues are; that they cannot be reached is logged, and jobs are traced where anything is. */
export function queueLocation({ config, logger, tracing }: ServiceContext): QueueLocation {
  return {
    redis: redisAddress(config),
    prefix: config.QUEUE_PREFIX,
    onError: (error) => logger.warn({ err: error }, 'queue unavailable'),
    telemetry: tracing && jobTelemetry(),
  };
}
