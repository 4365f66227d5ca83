export * from './error-code';
export * from './state-error';
export * from './value-errors';
