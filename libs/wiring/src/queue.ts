import { type ServiceContext, redisAddress } from '@nexus-state/nest-kit';
import type { QueueLocation } from '@nexus-state/state-core/bullmq';

/** Where the queues are; that they cannot be reached is logged. */
export function queueLocation({ config, logger }: ServiceContext): QueueLocation {
  return {
    redis: redisAddress(config),
    prefix: config.QUEUE_PREFIX,
    onError: (error) => logger.warn({ err: error }, 'the queue is not reachable'),
  };
}
