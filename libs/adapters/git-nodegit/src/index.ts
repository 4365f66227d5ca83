export * from './choose-engine';
