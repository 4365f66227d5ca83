export * from './presence-board';
export * from './update-bus';
