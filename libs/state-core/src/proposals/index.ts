export * from './approval';
export * from './guarded-store';
export type { PlannedPanel } from './plan-proposal';
export * from './propose-instead';
export * from './proposals';
