export * from './bullmq-snapshot-queue';
export * from './bullmq-snapshot-worker';
export type { QueueLocation } from './queue-options';
