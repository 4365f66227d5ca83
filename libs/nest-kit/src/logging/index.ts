export * from './error-facts';
export * from './logger';
export * from './hint-log';
export * from './trigger-log';
export * from './redacted';
export * from './throttle-log';
