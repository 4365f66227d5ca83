export * from './acquire-lock';
export * from './locks';
