import type {
  Append,
  AppendOutcome,
  BuildAppend,
  IdempotentRequest,
  KeptResponse,
  PanelKey,
  ReadChangesSince,
  WorkspaceKey,
} from '../model';
import type { Accepted, CurrentPanel, WriteRequest } from './change-draft';
import type { Decide } from './decide-waiting';
import type { Tracer } from './trace-context';

/**
 * Called with changes of one panel in the order they were accepted, before their callers are answered. Where it throws a
 * `StateError`, their callers get it: the changes are durable, and not acknowledged.
 */
export type Announce = (accepted: readonly Accepted[]) => Promise<void>;

/** How group commit reaches the world. */
export interface GroupCommitPorts<R extends WriteRequest, H> {
  readonly store: {
    /** The panel as it is, or undefined where it was never created. */
    read(key: PanelKey): Promise<CurrentPanel | undefined>;
    /**
     * Appends each entry if its panel is at the expected version; one outcome for each, in order. Throws
     * `Unavailable` when it is unknown what happened; any other error means that nothing was stored.
     */
    append(batch: readonly Append[]): Promise<readonly AppendOutcome[]>;
    /** Appends to one panel while every other writer of it waits; undefined when `build` gives nothing to append. */
    appendExclusively(key: PanelKey, build: BuildAppend): Promise<AppendOutcome | undefined>;
    /** What is kept under the key of a request that changes these panels, or undefined where the key is free. */
    findKept(
      workspace: WorkspaceKey,
      request: IdempotentRequest,
      panelIds: readonly string[],
    ): Promise<KeptResponse | undefined>;
  };
  /** Decides what becomes of a request. Pure. */
  readonly decide: Decide<R, H>;
  /**
   * Reads what a request needs of its panel's history, after a decision that needed it.
   * @param known what was read for it before
   * @param changesSince reads on, where the panel is held; elsewhere the store is asked
   */
  readonly readHistory: (request: R, known: H | undefined, changesSince?: ReadChangesSince) => Promise<H>;
  /** A panel as it probably is, cheaper than the store; undefined when unknown. Must not throw. */
  readonly cachedPanel: (request: R) => Promise<CurrentPanel | undefined> | CurrentPanel | undefined;
  /** Called before changes go to the store; gives what announces those that are accepted. Must not throw. */
  readonly announcing: () => Announce;
  /** Where requests are traced. */
  readonly tracer?: Tracer | undefined;
}
