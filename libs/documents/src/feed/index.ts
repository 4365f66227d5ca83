export * from './version-feed';
