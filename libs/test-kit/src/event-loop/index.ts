export * from './hostile-patches';
export * from './json-texts';
export * from './loop-watch';
