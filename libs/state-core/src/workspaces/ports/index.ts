export * from './workspace-store';
