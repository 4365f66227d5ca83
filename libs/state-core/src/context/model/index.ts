export * from './bounded-cache';
export * from './format';
export * from './outline';
export * from './pointer-globs';
export * from './rank';
export * from './terms';
export * from './delta';
