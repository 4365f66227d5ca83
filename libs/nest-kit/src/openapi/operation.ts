import type { ErrorCode } from '@nexus-state/contracts';
import { schemas } from '@nexus-state/contracts/schemas';
import type { Shape } from '../http/shape-schemas';
import { httpProblems } from '../problems/http-problems';
import { type ResponseHeader, type RequestHeader, responseHeaders, requestHeaders } from './headers';
import type { ResponseFacts, Contents, JsonSchema, RouteFacts } from './route-facts';

/** The place of one route in the description. */
export interface RoutePlace {
  /** In lower case, as OpenAPI names it. */
  readonly method: string;
  readonly path: string;
}

/** What the parameters of paths are, by name. */
export type PathParameters = Readonly<
  Record<string, { readonly description: string; readonly schema: JsonSchema }>
>;

type Json = Readonly<Record<string, unknown>>;

/** The schema of a shape, by reference into the description. */
export function schemaReference(shape: Shape): { $ref: string } {
  return { $ref: `${schemasAt}${shape.name}` };
}

/** The place of the schemas in the description. */
export const schemasAt = '#/components/schemas/';

/** The schemas of the contract, as the description has them. */
export const publishedSchemas = JSON.parse(
  JSON.stringify(schemas).replaceAll('"#/$defs/', `"${schemasAt}`),
) as Readonly<Record<string, JsonSchema & { readonly properties?: Json }>>;

/**
 * What OpenAPI says of a route: its parameters, body, responses and problems.
 * @throws Error when the path has a parameter without a description
 */
export function describeOperation(facts: RouteFacts, place: RoutePlace, inPaths: PathParameters): Json {
  const { summary, description, body } = facts;
  const parameters = [
    ...pathParameters(place, inPaths),
    ...queryParameters(facts),
    ...headerParameters(facts),
  ];
  return {
    summary,
    ...(description === undefined ? {} : { description }),
    parameters,
    ...(body ? { requestBody: { required: body.required, content: contentOf(body.content) } } : {}),
    responses: { ...responsesOf(facts), ...problemResponses(problemsOf(facts, place), place) },
  };
}

/** The headers of every response of a limited route. */
const rateHeaderNames: readonly ResponseHeader[] = ['RateLimit', 'RateLimit-Policy'];

/** A body is read, and refused when that fails, even where the route has no use for one. */
const ofBodies: readonly ErrorCode[] = [
  'malformed_json',
  'unsupported_media_type',
  'body_too_large',
  'unsupported_value',
  'state_too_deep',
];

function problemsOf({ problems }: RouteFacts, { method }: RoutePlace): readonly ErrorCode[] {
  return [...new Set([...problems, ...(method === 'get' ? [] : ofBodies)])];
}

function pathParameters({ path }: RoutePlace, known: PathParameters): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => {
    const parameter = known[name as string];
    if (!parameter) throw new Error(`The parameter "${name}" of ${path} is not described.`);
    return { name, in: 'path', required: true, ...parameter };
  });
}

function queryParameters({ query }: RouteFacts): Json[] {
  const fields = Object.assign(
    {},
    ...query.map(({ name }) => publishedSchemas[name]?.properties ?? {}),
  ) as Json;
  return Object.entries(fields).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}

function headerParameters({ headers }: RouteFacts): Json[] {
  const names = new Set<RequestHeader>([...headers, 'X-Request-Id']);
  return [...names].map((name) => ({ name, in: 'header', required: false, ...requestHeaders[name] }));
}

function responsesOf({ responses, limited }: RouteFacts): Json {
  const more = limited ? rateHeaderNames : [];
  return Object.fromEntries(
    Object.entries(responses).map(([status, { headers = [], ...answer }]) => [
      status,
      responseOf({ ...answer, headers: [...headers, ...more] }),
    ]),
  );
}

function responseOf({ description, shape, content, headers = [] }: ResponseFacts): Json {
  const contents = content ?? (shape ? { 'application/json': shape } : undefined);
  return {
    description,
    headers: headersOf(headers),
    ...(contents ? { content: contentOf(contents) } : {}),
  };
}

function contentOf(types: Contents): Json {
  const entries = Object.entries(types).map(([type, shape]) => [
    type,
    { schema: typeof shape === 'function' ? schemaReference(shape) : shape },
  ]);
  return Object.fromEntries(entries) as Json;
}

function headersOf(names: readonly ResponseHeader[]): Json {
  return Object.fromEntries([...names, 'X-Request-Id' as const].map((name) => [name, responseHeaders[name]]));
}

/** One answer for each status, naming every code it may carry, with an example of each. */
function problemResponses(codes: readonly ErrorCode[], place: RoutePlace): Json {
  const statuses = [...new Set(codes.map((code) => httpProblems[code].status))].sort();
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      problemResponse(
        codes.filter((code) => httpProblems[code].status === status),
        place,
      ),
    ]),
  );
}

function problemResponse(codes: readonly ErrorCode[], place: RoutePlace): Json {
  const { status } = httpProblems[codes[0] as ErrorCode];
  return {
    description: codes.map((code) => `\`${code}\`: ${httpProblems[code].title}.`).join(' '),
    headers: headersOf(headersOfProblem(status, place)),
    content: {
      'application/problem+json': {
        schema: { $ref: `${schemasAt}Problem` },
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleProblem(code) }])),
      },
    },
  };
}

function headersOfProblem(status: number, { method }: RoutePlace): readonly ResponseHeader[] {
  if (status === 401) return ['WWW-Authenticate'];
  if (status === 415) return [method === 'patch' ? 'Accept-Patch' : 'Accept'];
  if (status === 429) return ['Retry-After', ...rateHeaderNames];
  return status === 503 ? ['Retry-After'] : [];
}

function exampleProblem(code: ErrorCode): Json {
  const { status, title } = httpProblems[code];
  return {
    type: `urn:nexus-state:problem:${code}`,
    title,
    status,
    detail: title,
    error: code,
    message: title,
  };
}
