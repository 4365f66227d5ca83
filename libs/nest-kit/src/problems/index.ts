export * from './http-preconditions';
export { boundedText } from './bounded-facts';
export * from './http-problems';
export * from './http-refusals';
export * from './problem';
export * from './problem.filter';
export * from './refuse-socket';
export * from './store-refusals';
export * from './transport-error';
