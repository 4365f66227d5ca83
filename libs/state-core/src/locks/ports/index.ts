export * from './fencing-tokens';
export * from './lock-store';
