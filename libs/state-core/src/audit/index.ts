export * from './audit-log';
export * from './audited-work';
