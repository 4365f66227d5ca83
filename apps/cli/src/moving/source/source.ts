import type { JsonObject } from '@nexus-state/client';

/** A panel that a source holds. */
export interface FoundState {
  /** Where it is in the source, for messages: `line 7`, `lamp.json`. */
  readonly place: string;
  readonly panelId: string;
  readonly state: JsonObject;
  /** How long its text is. */
  readonly bytes: number;
}

/** A part of a source that is no panel. */
export interface BadInput {
  readonly place: string;
  readonly problem: string;
}

/** What a source gives, one after the other. */
export type SourceItem = FoundState | BadInput;

/** Where panels come from. */
export interface Source {
  /** For a person; no passwords. */
  readonly label: string;
  /** Tells this source from others, so that the same command resumes an import; undefined where it cannot be read again. */
  readonly identity: string | undefined;
  /** Reads it from its beginning. What cannot be read as a panel is an item, too. */
  items(signal: AbortSignal): AsyncIterable<SourceItem>;
  /** Which part of it was read, from 0 to 1; undefined where that is not known. */
  progress(): number | undefined;
}

/** The largest state that a service can be set to take, and some space around it. */
export const maxItemBytes = 65 * 1024 * 1024;

export function isBad(item: SourceItem): item is BadInput {
  return 'problem' in item;
}
