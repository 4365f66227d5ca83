export * from './panel-state.entity';
export * from './state-history.entity';
export * from './state-snapshot.entity';
