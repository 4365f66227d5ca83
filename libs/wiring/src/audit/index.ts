export * from './audit-providers';
