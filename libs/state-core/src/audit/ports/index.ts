export * from './audit-observer';
export * from './audit-reader';
export * from './audit-sink';
