export * from './database';
export * from './environment';
export * from './eventually';
export * from './git-folder';
export * from './nodegit-here';
export * from './own-postgres';
export * from './own-redis';
export * from './panel-builders';
