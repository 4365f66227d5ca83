export * from './fair-turns';
export * from './keyed-mutex';
export * from './lazy-resource';
export * from './once';
export * from './semaphore';
