import type { NexusClient, WorkspaceEvent } from '@nexus-state/client';
import { renewal } from '../stores/workspace-store';
import { useLast } from './last';
import { type Value, useValue } from './use-value';

/** What an answer is about, and how long it holds. */
export interface AnswerOptions {
  readonly owner?: string | undefined;
  /** The workspace that it is about. */
  readonly workspaceId?: string | undefined;
  /** Reads again for events of the workspace that concern the answer. */
  readonly renewOn?: ((event: WorkspaceEvent) => boolean) | undefined;
  /** While another answer is read, `data` is the one before. */
  readonly keepLast?: boolean | undefined;
  /**
   * How long the answer is kept, in milliseconds, once no component shows it: one that shows it again within that time has it at once,
   * and it is not read again. For what does not change, such as a version.
   */
  readonly keepMs?: number | undefined;
}

/**
 * An answer of the service that no other hook gives, read once for all components that name it the same.
 * @param name what tells the answer apart from others; any JSON
 * @param read reads it; equal names read the same
 */
export function useAnswer<T>(
  name: readonly unknown[],
  read: (client: NexusClient, signal: AbortSignal) => Promise<T>,
  { owner, workspaceId, renewOn, keepLast, keepMs }: AnswerOptions = {},
): Value<T> {
  const value = useValue<T>(
    ['answer', owner ?? null, workspaceId ?? null, ...name, renewOn !== undefined],
    (stores) => ({
      read: (signal) => read(stores.client, signal),
      keepMs,
      watch: renewOn && workspaceId ? renewal(stores, { owner, workspaceId }, renewOn) : undefined,
    }),
  );
  const data = useLast(value.data);
  return keepLast && value.loading && value.data === undefined ? { ...value, data } : value;
}
