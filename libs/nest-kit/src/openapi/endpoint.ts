import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { ErrorCode } from '@nexus-state/state-core';
import type { Shape } from '../http';
import { shapeSchemas } from '../http/shape-schemas';
import { RequireScope, type Scope } from '../identity';
import { httpProblems } from '../problems';

/** What one route takes, answers and refuses. */
export interface EndpointDescription {
  readonly summary: string;
  readonly scope: Scope;
  /** Content types of the body and its shapes. */
  readonly body?: Readonly<Record<string, Shape | JsonSchema>>;
  /** The shape of the query parameters. */
  readonly query?: Shape;
  /** Status codes of success and their shapes; undefined for an answer without a body. */
  readonly answers: Readonly<Record<number, { readonly description: string; readonly shape?: Shape }>>;
  /** The refusals that this route adds to those of every route. */
  readonly problems: readonly ErrorCode[];
}

/** A JSON schema written by hand, where no class describes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const commonProblems: readonly ErrorCode[] = [
  'unauthorized',
  'forbidden',
  'invalid_id',
  'validation_failed',
  'unavailable',
];

/** Describes a route in OpenAPI and sets the scope that it needs. */
export function Endpoint(description: EndpointDescription): MethodDecorator {
  const { summary, scope, body, query, answers, problems } = description;
  return applyDecorators(
    RequireScope(scope),
    ApiBearerAuth(),
    ApiOperation({ summary, description: `Needs the scope \`${scope}\`.` }),
    ...(body ? [ApiBody({ schema: {}, ...contentOf(body) } as never)] : []),
    ...(query ? queryParameters(query) : []),
    ...Object.entries(answers).map(([status, { description, shape }]) =>
      ApiResponse({
        status: Number(status),
        description,
        ...(shape ? contentOf({ 'application/json': shape }) : {}),
      }),
    ),
    ...problemResponses([...commonProblems, ...problems]),
  );
}

/** Where the schema of a shape stands in the OpenAPI document. */
export function schemaReference(shape: Shape): { $ref: string } {
  return { $ref: `#/components/schemas/${shape.name}` };
}

function contentOf(types: Readonly<Record<string, Shape | JsonSchema>>): { content: Record<string, never> } {
  const entries = Object.entries(types).map(([type, shape]) => [
    type,
    { schema: typeof shape === 'function' ? schemaReference(shape) : shape },
  ]);
  return { content: Object.fromEntries(entries) as Record<string, never> };
}

function queryParameters(shape: Shape): MethodDecorator[] {
  const properties = shapeSchemas('#/components/schemas/')[shape.name]?.properties ?? {};
  return Object.entries(properties).map(([name, schema]) =>
    ApiQuery({ name, required: false, schema: schema as never }),
  );
}

/** One response for each status, naming every code it may carry, with an example of each. */
function problemResponses(codes: readonly ErrorCode[]): MethodDecorator[] {
  const unique = [...new Set(codes)];
  const statuses = new Set(unique.map((code) => httpProblems[code].status));
  const byStatus = [...statuses].map(
    (status) => [status, unique.filter((code) => httpProblems[code].status === status)] as const,
  );
  return byStatus.map(([status, codesOfStatus]) =>
    ApiResponse({
      status,
      description: codesOfStatus.map((code) => `\`${code}\`: ${httpProblems[code].title}.`).join(' '),
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: Object.fromEntries(codesOfStatus.map((code) => [code, { value: exampleProblem(code) }])),
        },
      },
    }),
  );
}

function exampleProblem(code: ErrorCode): Record<string, unknown> {
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
