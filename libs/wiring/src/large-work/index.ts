export * from './large-work-pool';
