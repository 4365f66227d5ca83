import type { CurrentPanel } from '../group-commit';
import {
  PanelAlreadyExists,
  PanelNotFound,
  PreconditionFailed,
  VersionConflict,
  VersionRequired,
} from '../../errors';
import type { StateError } from '@nexus-state/documents';

/** Which version of a panel a write is based on, and where the caller said so. */
export type Expectation =
  /** Exactly this version: from the body, or from `If-Match`. */
  | { readonly kind: 'version'; readonly version: number; readonly from: 'body' | 'if-match' }
  /** Whatever is there (`If-Match: *`). */
  | { readonly kind: 'any' }
  /** Nothing may be there (`If-None-Match: *`, or version 0 in the body). */
  | { readonly kind: 'absent'; readonly from: 'body' | 'if-none-match' }
  /** The caller did not say. */
  | { readonly kind: 'unsaid' };

/**
 * Holds a write against what it expects.
 * @returns the panel to change, or undefined when the write is to create it
 * @throws PanelNotFound, PanelAlreadyExists, VersionConflict, PreconditionFailed or VersionRequired
 */
export function expectPanel(
  panelId: string,
  current: CurrentPanel | undefined,
  expectation: Expectation,
): CurrentPanel | undefined {
  const existing = current?.deleted === false ? current : undefined;
  switch (expectation.kind) {
    case 'absent':
      if (!existing) return undefined;
      throw expectation.from === 'body'
        ? new PanelAlreadyExists(panelId, existing.version)
        : new PreconditionFailed(panelId, 'If-None-Match: *', existing.version);
    case 'unsaid':
      if (!existing) throw new PanelNotFound(panelId);
      throw new VersionRequired();
    case 'any':
      if (!existing) throw new PanelNotFound(panelId);
      return existing;
    case 'version':
      if (!existing) throw new PanelNotFound(panelId);
      if (existing.version !== expectation.version)
        throw versionMismatch(panelId, existing.version, expectation);
      return existing;
  }
}

/** The refusal of a write that is based on another version than the current one. */
export function versionMismatch(
  panelId: string,
  currentVersion: number,
  expectation: { readonly version: number; readonly from: 'body' | 'if-match' },
): StateError {
  return expectation.from === 'body'
    ? new VersionConflict(panelId, expectation.version, currentVersion)
    : new PreconditionFailed(panelId, `If-Match: "${expectation.version}"`, currentVersion);
}
