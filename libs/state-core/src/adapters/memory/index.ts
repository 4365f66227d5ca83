export * from './memory-panel-cache';
export * from './memory-panel-store';
export * from './memory-workspace-store';
export * from './memory-snapshot-queue';
export * from './memory-snapshot-repository';
export * from './memory-snapshot-store';
export * from './memory-workspace-lock';
export * from './memory-workspace-reader';
