import type { VisiblePanels } from '@nexus-state/state-core';

/**
 * A condition that holds for visible panels.
 * @param parameter the parameter, e.g. `$5`, with what `visiblePatterns` gives
 */
export function isVisible(parameter: string): string {
  return `(${parameter}::text[] IS NULL OR panel_id LIKE ANY (${parameter}::text[]))`;
}

/** The visible panels as patterns of `LIKE`; null for every panel. */
export function visiblePatterns({ patterns }: VisiblePanels): readonly string[] | null {
  return patterns?.map((pattern) => pattern.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%')) ?? null;
}
