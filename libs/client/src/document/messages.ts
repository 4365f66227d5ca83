import type { Conflict, JsonObject, JsonPatch, PatchRequest } from '@nexus-state/documents';

/** Who and what made a change of somebody else. */
export interface Origin {
  /** The `sub` of who made it. */
  readonly actor?: string;
  /** `user`, `ai`, `system`, or the caller's own word. */
  readonly triggeredBy?: string;
}

/** What the server tells of a document, in version order. */
export type ServerMessage =
  | ({ readonly kind: 'update'; readonly version: number; readonly patch: JsonPatch } & Origin)
  | { readonly kind: 'sync'; readonly version: number; readonly state: JsonObject }
  | { readonly kind: 'deleted'; readonly version: number };

/** The server's answer to a change that it has taken. */
export interface Acceptance {
  /** The version that the change made. */
  readonly version: number;
  /** The patch as it was applied, where it was merged. */
  readonly patch?: JsonPatch;
}

/** A change as it is sent. Repeating it with the same `id` never makes it twice. */
export interface Sending {
  readonly id: string;
  readonly ops: PatchRequest;
  /** The version that it is based on. */
  readonly version: number;
}

/** Something that has happened to a document. */
export type DocumentEvent =
  | ({
      readonly kind: 'changed';
      readonly source: 'local' | 'remote';
      /** JSON Pointers to what is new; `""` is the whole state. */
      readonly pointers: readonly string[];
      readonly version: number;
    } & Origin)
  /** A change was taken back: it cannot stand beside what others did. */
  | {
      readonly kind: 'conflict';
      readonly id: string;
      readonly ops: PatchRequest;
      readonly conflicts: readonly Conflict[];
    }
  /** What was to be undone or made again has been written over by others. */
  | {
      readonly kind: 'nothing to undo';
      readonly ops: PatchRequest;
      readonly conflicts: readonly Conflict[];
    }
  /** A change that only took another one back is gone with that one, which was refused or in conflict. */
  | { readonly kind: 'needless'; readonly id: string }
  /** A change lost the document that it was made to. */
  | { readonly kind: 'lost'; readonly id: string; readonly ops: PatchRequest }
  /** Updates are missing: the document is to be read again. */
  | { readonly kind: 'gap' };
