import type { World } from './world';

/** Where a case has to happen, because the service as it usually runs would not refuse. */
export type Surroundings =
  | 'usual'
  | 'without a database'
  | 'without Redis'
  | 'without an audit log'
  | 'without a worker that succeeds'
  | 'overtaken'
  | 'with limits that are used up'
  | 'with a large panel'
  | 'with a flood of queries'
  | 'with changes of keys forgotten'
  | 'with a value that another service has encrypted';

/** A request, as far as it differs from the route's sample. */
export interface Variation {
  /** The caller's `sub`; the owner of the world where not said. */
  readonly as?: string;
  /** Claims of the caller's token. */
  readonly claims?: Record<string, unknown>;
  /** The whole header `Authorization`; `null` for none. */
  readonly authorization?: string | null;
  /** Values for parameters of the path, percent-encoded. */
  readonly path?: Readonly<Record<string, string>>;
  /** What stands behind the question mark. */
  readonly query?: string;
  /** The body; a string is sent as it is, `null` stands for none. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that one route refuses with one code. */
export interface RefusalCase {
  /** Method and path as OpenAPI has them, e.g. `PUT /api/state/{workspaceId}/{panelId}`. */
  readonly route: string;
  readonly code: string;
  /** Ends the sentence "refuses …". */
  readonly why: string;
  readonly variation: (world: World) => Variation;
  /** What the problem tells beside its usual members. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly surroundings?: Surroundings;
}

type Row = readonly [
  code: string,
  why: string,
  variation: Variation | ((world: World) => Variation),
  facts?: Readonly<Record<string, unknown>>,
  surroundings?: Surroundings,
];

/** The cases of one route, a row each. */
export function casesOf(route: string, rows: readonly Row[]): readonly RefusalCase[] {
  return rows.map(([code, why, variation, facts, surroundings]) => ({
    route,
    code,
    why,
    variation: typeof variation === 'function' ? variation : () => variation,
    ...(facts ? { facts } : {}),
    ...(surroundings ? { surroundings } : {}),
  }));
}
