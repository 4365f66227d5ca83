export * from './update-bus';
