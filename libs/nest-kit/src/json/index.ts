export * from './json-reader';
