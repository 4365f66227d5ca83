import type { VisiblePanels } from '../workspaces/access';
import { type JsonObject, JsonText, largeSourceOf } from '@nexus-state/documents';
import type { LargeWork } from './large';
import { type Limits, type Panel, type WorkspaceKey, stateContent } from './model';
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
  {
    query,
    limits,
    large,
  }: { readonly query: PanelQuery; readonly limits: Limits; readonly large: LargeWork },
): Promise<FoundPage> {
  const wanted =
    'contains' in criterion ? { contains: await checked(criterion.contains, limits, large) } : criterion;
  const after = cursor === undefined ? undefined : parsePanelCursor(cursor, '/cursor');
  const { panels, more } = await query.find(workspace, wanted, { visible, limit, after });
  const last = panels.at(-1);
  return { panels, nextCursor: more && last ? panelCursor(last.key.panelId) : null };
}

/** What is to be contained, once it is checked. @throws UnsupportedValue, StateTooDeep, StateTooLarge, Unavailable */
async function checked(
  value: JsonObject | JsonText,
  limits: Limits,
  large: LargeWork,
): Promise<JsonObject | JsonText> {
  const text = value instanceof JsonText ? value.text : largeSourceOf(value);
  if (text !== undefined) return new JsonText((await large.content(text, limits, '/contains')).stateText);
  stateContent(value as JsonObject, limits, '/contains');
  return value;
}
