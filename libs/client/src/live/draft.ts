import { type JsonObject, type PatchRequest, compareStates } from '@nexus-state/documents';

/**
 * The operations of what a function does to a draft of a state.
 * @param change changes the draft in place, and waits for nothing
 */
export function draftOps<T extends object>(state: T, change: (draft: T) => void): PatchRequest {
  const text = JSON.stringify(state);
  const draft = JSON.parse(text) as T;
  change(draft);
  // As it will be read from the wire: no undefined members, dates as text.
  return compareStates(state as unknown as JsonObject, JSON.parse(JSON.stringify(draft)) as JsonObject);
}
