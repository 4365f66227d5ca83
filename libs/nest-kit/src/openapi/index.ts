export * from './describe-api';
export * from './endpoint';
export * from './headers';
export * from './operation';
export * from './route-facts';
export * from './unused-input.guard';
