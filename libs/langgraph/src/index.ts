export { CheckpointConflictError } from './checkpoint-conflict';
export { NexusSaver, type NexusSaverOptions } from './nexus-saver';
