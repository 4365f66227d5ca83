export * from './full-copy';
export * from './leaf-pointers';
export * from './page-bytes';
export * from './rebuild';
export type { ValueOrigin } from './traced-value';
export * from './value-origins';
export * from './value-trace';
