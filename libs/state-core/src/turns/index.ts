export * from './edit-in-turn';
export * from './turn-gate';
export * from './turns';
export type { Undone, UndonePanel, UndoConflict, UndoCriteria } from './undo';
