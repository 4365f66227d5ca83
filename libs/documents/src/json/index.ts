export * from './canonical-json';
export * from './faithful-json';
export * from './json-size';
export * from './json-text';
export * from './json-value';
export * from './members';
export * from './pointer';
export * from './storable';
