import type { VisiblePanels } from '../workspaces/access';
import {
  StateTooLarge,
  type JsonObject,
  bytesPerCharacter,
  checkFaithful,
  jsonSize,
} from '@nexus-state/documents';
import type { Limits, Panel, WorkspaceKey } from './model';
import type { Criterion, PanelQuery } from './ports';
import { panelCursor, parsePanelCursor } from './panel-cursor';

/** Asks for the panels of a workspace that meet a criterion. */
export interface QueryPanels {
  readonly workspace: WorkspaceKey;
  readonly criterion: Criterion;
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** The panels that the caller can see. */
  readonly visible: VisiblePanels;
}

/** A page of panels that were found, by id. */
export interface FoundPage {
  readonly panels: readonly Panel[];
  /** Where the next page starts; null on the last one. */
  readonly nextCursor: string | null;
}

/**
 * Finds panels by what they hold.
 * @throws ValidationFailed when the path or the cursor cannot be read; UnsupportedValue, StateTooDeep, StateTooLarge
 *   when no state can hold what is asked for; QueryTooExpensive, TooManyQueries, Unavailable
 */
export async function queryPanels(
  { workspace, criterion, limit, cursor, visible }: QueryPanels,
  { query, limits }: { readonly query: PanelQuery; readonly limits: Limits },
): Promise<FoundPage> {
  if ('contains' in criterion) checkContained(criterion.contains, limits);
  const after = cursor === undefined ? undefined : parsePanelCursor(cursor, '/cursor');
  const { panels, more } = await query.find(workspace, criterion, { visible, limit, after });
  const last = panels.at(-1);
  return { panels, nextCursor: more && last ? panelCursor(last.key.panelId) : null };
}

function checkContained(value: JsonObject, { stateBytes, stateDepth }: Limits): void {
  if (checkFaithful(value, stateDepth, '/contains') * bytesPerCharacter <= stateBytes) return;
  const size = jsonSize(value, stateBytes);
  if (size > stateBytes) throw new StateTooLarge(size, stateBytes);
}
