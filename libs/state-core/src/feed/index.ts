export * from './panel-feed';
