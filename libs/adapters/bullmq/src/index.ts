export * from './bullmq-embedding-queue';
export * from './bullmq-schedule';
export * from './bullmq-snapshot-queue';
export * from './bullmq-upkeep-queue';
export * from './job-telemetry';
export type { LostJob } from './bullmq-worker';
export * from './bullmq-workers';
export type { QueueLocation } from './queue-options';
export * from './queue-report';
