/** Another writer went on from the same checkpoint, and was first: nothing was stored. Read the thread again, and go on from there. */
export class CheckpointConflictError extends Error {
  readonly code = 'checkpoint_conflict';

  constructor(
    readonly threadId: string,
    readonly namespace: string,
    /** The checkpoint that was gone on from; undefined for the beginning of a thread. */
    readonly parentId: string | undefined,
    /** The newest checkpoint now. */
    readonly newestId: string,
  ) {
    const from = parentId === undefined ? 'its beginning' : `checkpoint "${parentId}"`;
    super(
      `Another writer went on from ${from} of thread "${threadId}" and was first: the newest checkpoint is "${newestId}". ` +
        'Nothing was stored. Read the thread again, and go on from there.',
    );
    this.name = 'CheckpointConflictError';
  }
}
