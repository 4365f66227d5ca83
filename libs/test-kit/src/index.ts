export * from './api-client';
export * from './database';
export * from './environment';
export * from './eventually';
export * from './service-process';
export * from './stack';
export * from './token';
