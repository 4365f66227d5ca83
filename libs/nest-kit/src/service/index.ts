export * from './body-limits';
export * from './request-head';
export * from './run-service';
export * from './service-context';
export * from './shortcut';
