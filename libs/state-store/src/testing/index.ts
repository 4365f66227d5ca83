export { type KvHandlerOptions, kvHandler } from './kv-handler';
export { type Serving, serve } from './serve';
