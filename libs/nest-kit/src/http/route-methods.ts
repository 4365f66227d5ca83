/** A path of routes, split at its slashes, and the methods that are served there. */
interface PathRoutes {
  readonly segments: readonly string[];
  readonly methods: Set<string>;
}

/** The methods that routes serve, by path: for the field `Allow`. */
export class RouteMethods {
  readonly #paths = new Map<string, PathRoutes>();

  /** @param path as routes are declared: `:name` for a parameter, `*` at the end for any rest */
  add(method: string, path: string): void {
    const known = this.#paths.get(path) ?? { segments: path.split('/'), methods: new Set() };
    known.methods.add(method);
    this.#paths.set(path, known);
  }

  /**
   * The methods of the resource at a path, `OPTIONS` included, in alphabetical order; of all resources for `*` (RFC 9110,
   * section 9.3.7). A route that names a segment goes before one that has a parameter in its place.
   * @param path without a query
   * @returns empty where no route serves the path
   */
  at(path: string): readonly string[] {
    const routes = path === '*' ? [...this.#paths.values()] : this.#closest(path.split('/').map(decoded));
    const methods = new Set(routes.flatMap((one) => [...one.methods]));
    return methods.size === 0 ? [] : [...methods.add('OPTIONS')].sort();
  }

  #closest(segments: readonly string[]): readonly PathRoutes[] {
    let closest: PathRoutes | undefined;
    for (const routes of this.#paths.values()) {
      if (!matches(routes.segments, segments)) continue;
      if (!closest || isCloser(routes.segments, closest.segments)) closest = routes;
    }
    return closest ? [closest] : [];
  }
}

function matches(template: readonly string[], path: readonly string[]): boolean {
  const isOpen = template.at(-1) === '*';
  if (isOpen ? path.length < template.length : path.length !== template.length) return false;
  return template.every((segment, index) => {
    if (segment === '*') return true;
    return segment.startsWith(':') ? path[index] !== '' : segment === path[index];
  });
}

function isCloser(one: readonly string[], other: readonly string[]): boolean {
  const index = one.findIndex((segment, at) => segment !== other[at]);
  const ranks = [one, other].map((segments) => rankOf(segments[index] ?? '*'));
  return (ranks[0] as number) < (ranks[1] as number);
}

function rankOf(segment: string): number {
  if (segment === '*') return 2;
  return segment.startsWith(':') ? 1 : 0;
}

function decoded(segment: string): string {
  try {
    return decodeURI(segment);
  } catch {
    return segment;
  }
}
