import { applyDecorators } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBearerAuth } from '@nestjs/swagger';
import { type ErrorCode, ProposalOpened } from '@nexus-state/contracts';
import type { BodyRules } from '../http/body-parsers';
import type { Shape } from '../http/shape-schemas';
import { Public, RequireScope } from '../identity/jwt.guard';
import type { Scope } from '@nexus-state/state-core';
import type { RequestHeader } from './headers';
import { type ResponseFacts, type Contents, describeRoute } from './route-facts';

/** What one route takes, answers and refuses. */
export interface EndpointDescription {
  readonly summary: string;
  /** What a token must allow; undefined for a route that needs none. */
  readonly scope?: Scope;
  /** Content types of the body and its shapes. */
  readonly body?: Contents;
  /** Whether the body may be left out; it may not where this is not said. */
  readonly bodyOptional?: boolean;
  /** The content codings of the body that the route decodes; none where this is not said. */
  readonly codings?: readonly string[];
  /** The shape of the query parameters. */
  readonly query?: Shape;
  /** The headers of the request that mean something, beside those of every route. */
  readonly headers?: readonly RequestHeader[];
  /** Status codes of success. */
  readonly responses: Readonly<Record<number, ResponseFacts>>;
  /** Whether an approval rule may make a proposal of what the route writes: it answers 202 then. */
  readonly proposable?: boolean;
  /** The refusals that this route adds to those that follow from the rest. */
  readonly problems: readonly ErrorCode[];
}

const behindToken: readonly ErrorCode[] = [
  'unauthorized',
  'forbidden',
  'rate_limited',
  'unavailable',
  // Of preconditions that have no meaning on the route: `UnusedInputGuard`.
  'validation_failed',
];

/** As `ProblemFilter` answers it. */
const proposedInstead: ResponseFacts = {
  description: 'An approval rule holds the write back: it became a proposal. `Location` is its address.',
  shape: ProposalOpened,
  headers: ['Location'],
};

/** Describes a route in OpenAPI, sets the scope that it needs, and lets no other content types in. */
export function Endpoint(description: EndpointDescription): MethodDecorator {
  const {
    summary,
    scope,
    body,
    bodyOptional = false,
    codings = [],
    query,
    headers = [],
    responses,
    proposable = false,
    problems,
  } = description;
  return applyDecorators(
    ...(scope === undefined ? [Public()] : [RequireScope(scope), ApiBearerAuth()]),
    ...(body
      ? [
          RouteConfig({
            consumes: Object.keys(body),
            codings,
            bodyOptional,
            holdsState: problems.includes('state_too_large'),
          } satisfies BodyRules),
        ]
      : []),
    describeRoute((facts) => {
      facts.summary = summary;
      if (scope !== undefined) facts.description = `Needs the scope \`${scope}\`.`;
      if (body) facts.body = { content: body, required: !bodyOptional };
      if (query) facts.query.push(query);
      facts.headers.push(...headers);
      facts.responses = proposable ? { ...responses, 202: proposedInstead } : responses;
      facts.limited = scope !== undefined;
      facts.problems.push(...(scope === undefined ? [] : behindToken), ...problems);
      if (body || query) facts.problems.push('validation_failed');
      if (headers.includes('Idempotency-Key')) facts.problems.push('idempotency_key_reused');
      if (headers.includes('Nexus-Turn')) facts.problems.push('turn_ended');
    }),
  );
}
