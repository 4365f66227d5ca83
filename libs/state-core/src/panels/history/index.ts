export * from './full-copy';
export * from './page-bytes';
export * from './rebuild';
