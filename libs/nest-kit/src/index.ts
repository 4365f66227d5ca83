export * from './config';
export * from './health';
export * from './http';
export * from './identity';
export * from './logging';
export * from './openapi';
export * from './problems';
export * from './service';
