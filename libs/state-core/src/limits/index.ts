export * from './rate-limits';
export * from './token-bucket';
