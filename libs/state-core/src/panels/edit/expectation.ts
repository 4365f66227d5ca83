import type { CurrentPanel } from '../group-commit';
import { PanelAlreadyExists, PanelNotFound, VersionConflict, VersionRequired } from '../../errors';

/** Which version of a panel a write is based on. */
export type Expectation =
  /** Exactly this version. */
  | { readonly kind: 'version'; readonly version: number }
  /** Any version: the write replaces what is there. */
  | { readonly kind: 'any' }
  /** None: the write creates the panel. */
  | { readonly kind: 'absent' }
  /** The caller named none. Enough to create a panel, not to change one. */
  | { readonly kind: 'unspecified' };

/**
 * Checks a write against what it expects.
 * @returns the panel to change, or undefined when the write is to create it
 * @throws PanelNotFound, PanelAlreadyExists, VersionConflict, VersionRequired
 */
export function expectPanel(
  panelId: string,
  current: CurrentPanel | undefined,
  expectation: Expectation,
): CurrentPanel | undefined {
  const existing = current?.deleted === false ? current : undefined;
  if (expectation.kind === 'absent') {
    if (existing) throw new PanelAlreadyExists(panelId, existing.version);
    return undefined;
  }
  if (!existing) throw new PanelNotFound(panelId);
  if (expectation.kind === 'unspecified') throw new VersionRequired();
  if (expectation.kind === 'version' && existing.version !== expectation.version) {
    throw new VersionConflict(panelId, expectation.version, existing.version);
  }
  return existing;
}
