export * from './full-copy';
