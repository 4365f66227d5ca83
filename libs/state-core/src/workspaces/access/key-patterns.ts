/**
 * The keys that a token reaches: patterns such as `/workloads/*` or `user:123`. A `*` at the end stands for any
 * rest, also over several segments; elsewhere for any characters but a slash. `*` alone is every key.
 */
export class KeyPatterns {
  /** Reaches every key. */
  static readonly all = new KeyPatterns(undefined);

  readonly #patterns: readonly { readonly expression: RegExp; readonly literal: string }[] | undefined;

  /** @param patterns undefined for every key */
  constructor(patterns: readonly string[] | undefined) {
    this.#patterns = patterns?.includes('*')
      ? undefined
      : patterns?.map((pattern) => ({
          expression: expressionOf(pattern),
          literal: pattern.split('*', 1)[0] as string,
        }));
  }

  /** Whether a key is reached. */
  reaches(key: string): boolean {
    return this.#patterns?.some(({ expression }) => expression.test(key)) ?? true;
  }

  /**
   * The prefixes that cover all reached keys below a prefix, in no order; none covers another. Keys below them need not be reached.
   */
  prefixesWithin(prefix: string): readonly string[] {
    if (!this.#patterns) return [prefix];
    const found = new Set(
      this.#patterns.flatMap(({ literal }) => {
        if (literal.startsWith(prefix)) return [literal];
        return prefix.startsWith(literal) ? [prefix] : [];
      }),
    );
    return [...found].filter((one) => ![...found].some((other) => other !== one && one.startsWith(other)));
  }
}

function expressionOf(pattern: string): RegExp {
  const isOpen = pattern.endsWith('*');
  const parts = (isOpen ? pattern.slice(0, -1) : pattern).split('*');
  const text = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^/]*');
  return new RegExp(`^${text}${isOpen ? '.*' : ''}$`, 's');
}
