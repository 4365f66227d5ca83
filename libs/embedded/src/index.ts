export * from './embedded-server';
export * from './postgres/server';
export * from './redis/server';
