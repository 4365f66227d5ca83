export * from './once';
export * from './turns';
