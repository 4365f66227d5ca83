export type { HttpOptions } from './http-client';
export { HttpStore } from './http-store';
