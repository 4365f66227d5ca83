export type { HttpOptions } from './http-client';
export { HttpStore } from './http-store';
export { type WireValue, fromWire, withWireValue } from './wire';
export type { HeldLock, LockOptions } from './with-lock';
