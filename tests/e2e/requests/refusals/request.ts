import { type ApiResponse, ApiClient, type ServiceProcess, testToken } from '@nexus-state/test-kit';
import type { Route } from './description';
import type { Variation } from './refusal-case';
import type { Sample } from './samples';
import type { World } from './world';

/** A request, ready to be sent. */
export interface Request {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** A route's sample with some of it varied. */
export function requestOf(route: Route, sample: Sample, variation: Variation, world: World): Request {
  const { as = world.owner, claims = {} } = variation;
  const token = testToken(as, { ...sample.claims, ...claims });
  const { authorization = `Bearer ${token}` } = variation;
  const parameters: Readonly<Record<string, string>> = {
    workspaceId: 'ws',
    panelId: 'panel',
    ...sample.path?.(world),
    ...world.prepared,
    ...variation.path,
  };
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => parameters[name] as string);
  const query = queryOf(sample.query, variation.query);
  const body = variation.body === undefined ? filled(sample.body, parameters) : (variation.body ?? undefined);
  return {
    method: route.method,
    path: query === '' ? path : `${path}?${query}`,
    ...(body === undefined ? {} : { body }),
    headers: {
      ...sample.headers,
      ...variation.headers,
      ...(authorization === null ? {} : { authorization }),
    },
  };
}

/** A route's sample as it is, sent so that its answer ends. */
export function acceptedRequestOf(route: Route, sample: Sample, world: World): Request {
  const request = requestOf(route, sample, {}, world);
  return sample.staysOpen ? { ...request, method: 'HEAD' } : request;
}

/** Both queries; a parameter of the variation goes before the same one of the sample. */
function queryOf(sample = '', variation = ''): string {
  const nameOf = (parameter: string) => parameter.split('=', 1)[0] as string;
  const varied = variation.split('&').map(nameOf);
  const kept = sample.split('&').filter((one) => !varied.includes(nameOf(one)));
  return [...kept, ...variation.split('&')].filter((one) => one !== '').join('&');
}

/** A sample's body with `{name}` standing for what was prepared under the name. */
function filled(body: unknown, parameters: Readonly<Record<string, string>>): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const fields = Object.entries(body).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string'
      ? value.replace(/^\{(\w+)\}$/, (_, key: string) => parameters[key] as string)
      : value,
  ]);
  return Object.fromEntries(fields);
}

/** Sends a request under an id. */
export function send(api: ServiceProcess, request: Request, requestId: string): Promise<ApiResponse> {
  const { method, path, body, headers } = request;
  return new ApiClient(api.url, undefined).call(method, path, body, {
    ...headers,
    'x-request-id': requestId,
  });
}
