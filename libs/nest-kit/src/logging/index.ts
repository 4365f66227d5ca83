export * from './logger';
export * from './hint-log';
export * from './trigger-log';
