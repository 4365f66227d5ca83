export * from './panels';
export * from './snapshots';
export * from './realtime';
