/** A route as the service describes it. */
export interface Route {
  /** Method and path, e.g. `PUT /api/state/{workspaceId}/{panelId}`. */
  readonly name: string;
  /** In upper case. */
  readonly method: string;
  readonly path: string;
  /** The scope that its description names; undefined where it needs no token. */
  readonly scope: string | undefined;
  /** The headers that mean something to it. */
  readonly requestHeaders: ReadonlySet<string>;
  /** The codes that it may refuse with, and the status of each. */
  readonly problems: ReadonlyMap<string, number>;
  /** The headers of its answers, by status. */
  readonly responseHeaders: ReadonlyMap<number, readonly string[]>;
  /** The schema of the body of each answer in JSON, by status. */
  readonly schemas: ReadonlyMap<number, string>;
}

interface Operation {
  readonly description?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly headers?: Readonly<Record<string, unknown>>;
        readonly content?: Readonly<
          Record<
            string,
            {
              readonly examples?: Readonly<Record<string, unknown>>;
              readonly schema?: { readonly $ref?: string };
            }
          >
        >;
      }
    >
  >;
}

/** Reads the routes out of an OpenAPI document. */
export function routesOf(document: {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}): readonly Route[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => routeOf(method.toUpperCase(), path, operation)),
  );
}

function routeOf(method: string, path: string, operation: Operation): Route {
  const { description, security, parameters = [], responses } = operation;
  const problems = Object.entries(responses).flatMap(([status, { content }]) =>
    Object.keys(content?.['application/problem+json']?.examples ?? {}).map(
      (code) => [code, Number(status)] as const,
    ),
  );
  return {
    name: `${method} ${path}`,
    method,
    path,
    scope: security ? /`(state:\w+)`/.exec(description ?? '')?.[1] : undefined,
    requestHeaders: new Set(
      parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name),
    ),
    problems: new Map(problems),
    responseHeaders: new Map(
      Object.entries(responses).map(([status, { headers }]) => [Number(status), Object.keys(headers ?? {})]),
    ),
    schemas: new Map(
      Object.entries(responses).map(([status, { content }]) => [
        Number(status),
        (content?.['application/json']?.schema?.$ref ?? '').replace('#/components/schemas/', ''),
      ]),
    ),
  };
}
