import { ApiExtension } from '@nestjs/swagger';
import type { ErrorCode } from '@nexus-state/contracts';
import type { Shape } from '../http/shape-schemas';
import type { ResponseHeader, RequestHeader } from './headers';

/** A JSON schema written by hand, where no class describes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Content types and what they carry. */
export type Contents = Readonly<Record<string, Shape | JsonSchema>>;

/** An answer of success. */
export interface ResponseFacts {
  readonly description: string;
  /** What the body is, as JSON; where it is missing, there is none, or `content` says it. */
  readonly shape?: Shape;
  /** What the body is by content type, where it is not JSON alone. */
  readonly content?: Contents;
  readonly headers?: readonly ResponseHeader[];
}

/** What the decorators of one route say of it, each a part. */
export interface RouteFacts {
  summary?: string;
  description?: string;
  body?: { readonly content: Contents; readonly required: boolean };
  responses: Readonly<Record<number, ResponseFacts>>;
  /** Whether requests are counted. */
  limited: boolean;
  readonly query: Shape[];
  readonly headers: RequestHeader[];
  readonly problems: ErrorCode[];
}

/** Under this name the facts travel through Nest's description; they are not in what is published. */
export const factsExtension = 'x-nexus-route';

/** By handler. */
const factsOf = new WeakMap<object, RouteFacts>();

/** What the decorators of a handler say of it; undefined where they say nothing. */
export function routeFactsOf(handler: object): RouteFacts | undefined {
  return factsOf.get(handler);
}

/** The shapes of the query parameters that a handler takes. */
export function queryShapesOf(handler: object): readonly Shape[] {
  return routeFactsOf(handler)?.query ?? [];
}

/** Says something about a route; several decorators may, in any order. */
export function describeRoute(say: (facts: RouteFacts) => void): MethodDecorator {
  return (target, name, descriptor) => {
    const handler = descriptor.value as object;
    let facts = factsOf.get(handler);
    if (!facts) {
      facts = { responses: {}, limited: false, query: [], headers: [], problems: [] };
      factsOf.set(handler, facts);
      ApiExtension(factsExtension, { facts })(target as object, name as string, descriptor as never);
    }
    say(facts);
  };
}
