export * from './presence';
export type { PresenceLimits, PresencePorts } from './presence-ports';
export { defaultPresenceLimits } from './presence-ports';
