import { type JsonValue, appendToken, parsePointer } from '@nexus-state/documents';

/** A value at a pointer. */
export interface PointedValue {
  readonly pointer: string;
  readonly value: JsonValue;
}

type Glob = readonly string[];

/** Patterns over pointers: JSON Pointers in which `*` is one token, and `**` any number of them. */
export class PointerGlobs {
  readonly #globs: readonly Glob[];

  /** @param patterns patterns that are no JSON Pointers match nothing */
  constructor(readonly patterns: readonly string[]) {
    this.#globs = patterns.flatMap((pattern) => {
      const tokens = parsePointer(pattern);
      return tokens ? [tokens] : [];
    });
  }

  /** Whether a value is matched, or one that holds it. */
  covers(tokens: readonly string[]): boolean {
    let globs = this.#globs;
    for (const token of tokens) {
      if (isMatched(globs)) return true;
      globs = below(globs, token);
    }
    return isMatched(globs);
  }

  /** Whether values below this one may be matched. */
  mayCoverBelow(tokens: readonly string[]): boolean {
    return tokens.reduce<readonly Glob[]>(below, this.#globs).length > 0;
  }

  /**
   * The values that are matched, outermost ones only, in the order of the canonical text.
   * @param at where the value is
   */
  select(value: JsonValue, at: readonly string[] = []): PointedValue[] {
    const found: PointedValue[] = [];
    const base = at.reduce(appendToken, '');
    if (this.covers(at)) return [{ pointer: base, value }];
    const walk = (inner: JsonValue, pointer: string, globs: readonly Glob[]): void => {
      if (isMatched(globs)) return void found.push({ pointer, value: inner });
      if (globs.length === 0 || typeof inner !== 'object' || inner === null) return;
      const keys = Object.keys(inner);
      for (const key of Array.isArray(inner) ? keys : keys.sort())
        walk(
          (inner as Record<string, JsonValue>)[key] as JsonValue,
          appendToken(pointer, key),
          below(globs, key),
        );
    };
    walk(value, base, at.reduce<readonly Glob[]>(below, this.#globs));
    return found;
  }
}

function isMatched(globs: readonly Glob[]): boolean {
  return globs.some((glob) => glob.every((token) => token === '**'));
}

/** What is left to match of patterns below a token; each once, however many ways lead there. */
function below(globs: readonly Glob[], token: string): Glob[] {
  const rests = new Map<string, Glob>();
  const keep = (glob: Glob) => void rests.set(JSON.stringify(glob), glob);
  const step = (glob: Glob): void => {
    const [first, ...rest] = glob;
    if (first === '**') {
      keep(glob);
      step(rest);
    } else if (first === '*' || first === token) keep(rest);
  };
  for (const glob of globs) step(glob);
  return [...rests.values()];
}
