export * from './large-tasks';
export * from './large-work';
