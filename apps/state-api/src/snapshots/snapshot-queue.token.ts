/** The token under which the queue of snapshots is handed in. */
export const SNAPSHOT_QUEUE = Symbol('SNAPSHOT_QUEUE');
