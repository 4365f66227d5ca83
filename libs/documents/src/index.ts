export * from './errors';
export * from './feed';
export * from './json';
export * from './merge';
export * from './patch';
