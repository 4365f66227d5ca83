export * from './arbitraries';
export * from './patch-model';
export * from './runs';
