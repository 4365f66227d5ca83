import type { JsonObject, JsonPatch } from '@nexus-state/documents';
import type { FencedLock } from '../../locks/model';
import type {
  Change,
  ChangeType,
  IdempotentRequest,
  LeftOut,
  ChangeOrigin,
  Panel,
  PanelKey,
  PatchText,
  StateContent,
  UndatedChange,
} from '../model';
import type { TraceContext } from './trace-context';

/** What a writer decides by: the panel as it is, or as the changes before it in a batch will leave it. */
export interface CurrentPanel {
  readonly version: number;
  readonly state: JsonObject;
  /** The state's canonical text, where it is at hand. */
  readonly stateText?: string | undefined;
  readonly deleted: boolean;
  /** Bytes of the state's canonical text, where they are known. */
  readonly stateSizeBytes?: number | undefined;
}

/** A change that is decided and not yet stored. */
export interface ChangeDraft extends ChangeOrigin {
  readonly changeType: ChangeType;
  /** What the panel holds afterwards; for a deletion, what it held. */
  readonly content: StateContent;
  /** Leads from the state that was decided on to the new one. */
  readonly patch: JsonPatch;
  /** The patch as text, where it is large: then `patch` is parsed when it is first asked for. */
  readonly largePatch?: PatchText | undefined;
  /** The version its author saw, where it was merged with later changes. */
  readonly baseVersion?: number;
  /** What the answer says beside the change; a repeated request gets it, too. */
  readonly facts?: JsonObject | undefined;
  /** What it leaves out, to be proposed with it. */
  readonly leftOut?: LeftOut | undefined;
}

/** One change that a caller asks for: data, so that a queue or a proposal can hold it. */
export interface WriteRequest {
  readonly key: PanelKey;
  /** The request whose idempotency key is claimed with the change: repeated, it gets this change instead of another. */
  readonly request?: IdempotentRequest | undefined;
  /** The version that its author saw last, where they said so: helps to guess which one is the newest. */
  readonly seenVersion?: number | undefined;
  /** The lock that the change is made under: refused where another number of it is the newest. */
  readonly lock?: FencedLock | undefined;
  /** The turn that the change belongs to. */
  readonly turnId?: string | undefined;
}

/** What a request is decided by, beside the panel itself. */
export interface Seen<History> {
  /** The newest changes, as far as they are at hand. */
  readonly recent: RecentChanges;
  /** What was read for this request, because an earlier decision needed it. */
  readonly history: History | undefined;
}

/** The newest changes of a panel, as far as they are at hand while it is being written. */
export interface RecentChanges {
  /** Without gaps, oldest first; the last one led to the panel that is being decided on. May be empty. */
  readonly newest: readonly UndatedChange[];
}

/** What becomes of a request: a change, or a look into history first. A refusal is thrown. */
export type Decision =
  { readonly outcome: 'change'; readonly draft: ChangeDraft } | { readonly outcome: 'needs-history' };

/** A change that is durable, and the panel as it left it. */
export interface Accepted {
  readonly change: Change;
  readonly panel: Panel;
  /** Whether it made its revision alone, as far as that is known. */
  readonly alone?: boolean | undefined;
  /** The trace of the request that it came from, where requests are traced. */
  readonly trace?: TraceContext | undefined;
}

/** What a write comes to. */
export interface Written {
  readonly change: Change;
  /** What its draft said beside the change. */
  readonly facts: JsonObject;
  /** Whether this is a repeated request, and the change was made by the first one. */
  readonly replayed: boolean;
  /** Whether nothing was made: all of it collided in a turn that yields, and `change` is the one that is there. */
  readonly kept?: boolean | undefined;
}
