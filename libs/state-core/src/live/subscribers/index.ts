export * from './followers';
export * from './recipients';
export * from './subscriber';
