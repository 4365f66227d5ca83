export * from './audit-query';
export * from './audit-record';
