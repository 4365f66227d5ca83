import type { JsonObject } from '@nexus-state/client';
import { checksumOf } from '../checksum';

/** What becomes of panels that are there already. */
export const existingChoices = ['replace', 'skip'] as const;
export type Existing = (typeof existingChoices)[number];

/** A panel as it is now. */
export interface Present {
  readonly state: JsonObject;
  readonly version: number;
}

/** What an import does with a panel. `before` is the version that it replaces. */
export type Plan =
  | { readonly action: 'create' }
  | { readonly action: 'replace'; readonly before: number }
  | { readonly action: 'unchanged' }
  | { readonly action: 'skip' };

/**
 * Decides what to do with a panel.
 * @param present undefined where the panel is not there
 */
export function planFor(state: JsonObject, present: Present | undefined, existing: Existing): Plan {
  if (!present) return { action: 'create' };
  if (checksumOf(present.state) === checksumOf(state)) return { action: 'unchanged' };
  return existing === 'skip' ? { action: 'skip' } : { action: 'replace', before: present.version };
}
