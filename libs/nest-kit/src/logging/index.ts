export * from './logger';
export * from './hint-log';
