export * from './take-back';
export * from './turn';
