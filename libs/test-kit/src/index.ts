export * from './api-client';
export * from './service-process';
export * from './stack';
export * from './token';
