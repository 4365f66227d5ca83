export * from './panels';
export * from './snapshots';
