export * from './add-exactly';
export * from './apply-patch';
export * from './compare';
export * from './document-meter';
export * from './equal-json';
export { inverseOf } from './inverse';
export * from './merge-patch';
export * from './operation';
export * from './read-patch';
