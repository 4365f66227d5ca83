export * from './watch';
export * from './watch-hub';
