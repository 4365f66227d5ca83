export * from './proposal-store';
export * from './rule-store';
export * from './proposer';
