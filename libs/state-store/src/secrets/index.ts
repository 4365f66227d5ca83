export { type EncryptionKey, KeyRing } from './key-ring';
export type { ReencryptOptions, ReencryptProgress } from './rotation';
