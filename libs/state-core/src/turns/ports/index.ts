export * from './turn-store';
