export * from './full-copy';
export * from './rebuild';
