/** No id of a panel has other characters, so no pattern that has them matches one. */
const patternRule = /^[A-Za-z0-9._~:*-]+$/;

/** The panels of one workspace that a caller can see. What is not among them must not show in any answer. */
export class VisiblePanels {
  /** Every panel, also those to come. */
  static readonly all = new VisiblePanels(undefined);

  /** Patterns over ids of panels, where `*` matches any characters; undefined when every panel is visible. */
  readonly patterns: readonly string[] | undefined;
  readonly #expressions: readonly RegExp[] | undefined;

  /** @param patterns undefined for every panel; patterns that match no id are dropped */
  constructor(patterns: readonly string[] | undefined) {
    const isWhole = patterns === undefined || patterns.includes('*');
    this.patterns = isWhole ? undefined : patterns.filter((pattern) => patternRule.test(pattern));
    this.#expressions = this.patterns?.map(patternExpression);
  }

  /** Whether a panel is visible. */
  includes(panelId: string): boolean {
    return this.#expressions?.some((expression) => expression.test(panelId)) ?? true;
  }
}

/** A pattern as a regular expression: `*` matches any characters but a slash. */
export function patternExpression(pattern: string): RegExp {
  const text = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${text.join('[^/]*')}$`);
}
