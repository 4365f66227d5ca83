export * from './decode-in-turns';
export * from './json-reader';
export * from './read-in-turns';
