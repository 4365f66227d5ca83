export * from './audit-reader.token';
