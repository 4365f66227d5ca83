export * from './describe-api';
export * from './endpoint';
