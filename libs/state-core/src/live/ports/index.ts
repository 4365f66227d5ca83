export * from './live-observer';
export * from './presence-board';
