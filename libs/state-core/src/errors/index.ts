export * from './access-errors';
export * from './error-code';
export * from './panel-errors';
export * from './service-errors';
export * from './state-error';
export * from './value-errors';
export * from './workspace-errors';
export * from './version-errors';
