import { KeyPatterns } from './key-patterns';
import { VisiblePanels, patternExpression } from './visible-panels';

/**
 * What a token reaches: patterns over workspace and panel, such as `ws_456/*` or `ws_456/panel_7`, where `*` matches
 * any characters but a slash; and patterns over keys, which begin with a slash or have none (`KeyPatterns`). `*` alone reaches all
 * of both. A token without patterns reaches everything its user does.
 */
export class PathPatterns {
  /** Reaches everything. */
  static readonly all = new PathPatterns(undefined);

  readonly #patterns:
    | readonly {
        readonly workspace: RegExp;
        readonly panel: RegExp;
        readonly panelPattern: string;
        readonly whole: boolean;
      }[]
    | undefined;

  /** The keys that are reached. */
  readonly keys: KeyPatterns;

  /** What the patterns are, as text: equal texts reach the same. */
  readonly text: string;

  /** @param patterns undefined for everything; a pattern that does not name workspace and panel reaches no panel */
  constructor(patterns: readonly string[] | undefined) {
    this.text = JSON.stringify(patterns ?? null);
    this.keys = new KeyPatterns(patterns?.filter((one) => one.startsWith('/') || !one.includes('/')));
    this.#patterns = patterns
      ?.map((pattern) => (pattern === '*' ? '*/*' : pattern).split('/'))
      .filter((segments) => segments.length === 2 && segments[0] !== '')
      .map(([workspace = '', panel = '']) => ({
        workspace: patternExpression(workspace),
        panel: patternExpression(panel),
        panelPattern: panel,
        whole: panel === '*',
      }));
  }

  /** Whether a panel is reached. */
  reachesPanel(workspaceId: string, panelId: string): boolean {
    return (
      this.#patterns?.some(({ workspace, panel }) => workspace.test(workspaceId) && panel.test(panelId)) ??
      true
    );
  }

  /** The panels of a workspace that are reached. */
  panelsOf(workspaceId: string): VisiblePanels {
    return new VisiblePanels(
      this.#patterns
        ?.filter(({ workspace }) => workspace.test(workspaceId))
        .map(({ panelPattern }) => panelPattern),
    );
  }

  /** Whether anything in a workspace may be reached. */
  reachesInto(workspaceId: string): boolean {
    return this.#patterns?.some(({ workspace }) => workspace.test(workspaceId)) ?? true;
  }

  /** Whether every panel of a workspace is reached, also those to come. */
  reachesWhole(workspaceId: string): boolean {
    return this.#patterns?.some(({ workspace, whole }) => whole && workspace.test(workspaceId)) ?? true;
  }
}
