import type { Snapshot } from './snapshot';

/** How far a job is; what is counted depends on its kind. */
export interface JobProgress {
  readonly done: number;
  readonly total: number;
}

/** The state of a job: `delayed` means that it failed and waits to be tried again, or that its time has not come. */
export const jobStates = ['waiting', 'delayed', 'active', 'completed', 'failed'] as const;
export type JobState = (typeof jobStates)[number];

/** What a job to take a snapshot came to. */
export type SnapshotOutcome =
  | {
      readonly outcome: 'taken';
      readonly snapshot: Snapshot;
      /** The job that pushes it to the remote, where one is to. */
      readonly pushJobId?: string | undefined;
    }
  /** An automatic one that was not needed: nothing had changed since the newest snapshot. */
  | { readonly outcome: 'unchanged' };

/** What doing a job gets from the queue. */
export interface JobRun {
  /** Fires when the job has to be handed back: end the work, leave nothing half-done. */
  readonly signal: AbortSignal;
  /** Reports the progress to those who follow the job. */
  readonly report: (progress: JobProgress) => void;
}
