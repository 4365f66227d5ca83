export * from './live-hub';
export * from './subscription';
