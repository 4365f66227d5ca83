export * from './edit-in-turn';
export * from './turn-gate';
export * from './turns';
export type { UndoConflict, UndoCriteria } from './plan-undo';
export type { Undone, UndonePanel } from './undo';
