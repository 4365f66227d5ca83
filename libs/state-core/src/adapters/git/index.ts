export * from './git-snapshot-repository';
