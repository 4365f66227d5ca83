export * from './panel-cache';
export * from './panel-store';
export * from './snapshot-queue';
export * from './snapshot-repository';
export * from './snapshot-store';
export * from './update-bus';
export * from './workspace-lock';
export * from './workspace-reader';
