export * from './api-client';
export * from './issuer';
export * from './service-process';
export * from './stack';
export * from './token';
export * from './tcp-gate';
export * from './git-client';
