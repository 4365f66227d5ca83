import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { descriptionPath } from '../http/security-headers';
import { type PathParameters, describeOperation, publishedSchemas } from './operation';
import { type RouteFacts, factsExtension } from './route-facts';

/** What an API is called in its description, and what only the whole of it knows. */
export interface ApiTitle {
  readonly title: string;
  readonly description: string;
  readonly version: string;
  /** What the parameters of its paths are, by name. */
  readonly pathParameters: PathParameters;
}

/** Serves the OpenAPI 3.1 description at `/openapi.json` and a page to browse it at `/docs`. */
export function serveDescription(app: NestFastifyApplication, title: ApiTitle): void {
  SwaggerModule.setup(descriptionPath, app, () => describeApi(app, title), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: title.title,
  });
}

/** The OpenAPI 3.1 description of an application's routes. */
export function describeApi(app: NestFastifyApplication, title: ApiTitle): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title.title)
    .setDescription(title.description)
    .setVersion(title.version)
    .addBearerAuth();
  const document = SwaggerModule.createDocument(app, builder.build());
  const paths = Object.fromEntries(
    Object.entries(document.paths).map(([routed, operations]) => {
      const path = withNamedRest(routed);
      return [path, withFacts(path, operations as Operations, title.pathParameters)];
    }),
  );
  const schemas = referredIn(paths, { ...publishedSchemas, Problem: problemSchema });
  return { ...document, paths, components: { ...document.components, schemas } } as OpenAPIObject;
}

/** The rest of a path, which has no name where it is routed, is a key. */
function withNamedRest(path: string): string {
  return path.replace(/\/(?:\*|\{\*?(?:path|wildcard)?\d*\})$/, '/{key}');
}

type Operations = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Nest knows where a route is and what it is called; the rest is what its decorators say. */
function withFacts(path: string, operations: Operations, inPaths: PathParameters): Operations {
  const described = Object.entries(operations).map(
    ([method, { [factsExtension]: extension, ...operation }]) => {
      if (!extension) throw new Error(`${method} ${path} is not described: it has no @Endpoint.`);
      const { facts } = extension as { readonly facts: RouteFacts };
      const { operationId, tags, security } = operation;
      const known = { operationId, ...(tags ? { tags } : {}), ...(security ? { security } : {}) };
      return [method, { ...known, ...describeOperation(facts, { method, path }, inPaths) }];
    },
  );
  return Object.fromEntries(described) as Operations;
}

/** Of all shapes there are, those that the routes speak of, and those that these speak of. */
function referredIn(paths: unknown, schemas: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const follow = (value: unknown): void => {
    for (const [, name] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (Object.hasOwn(found, name as string)) continue;
      found[name as string] = schemas[name as string];
      follow(schemas[name as string]);
    }
  };
  follow(paths);
  return found;
}

const text = { type: 'string' };

const problemSchema = {
  type: 'object',
  description: 'An error (RFC 9457). `error` is the code for programs; some codes add members.',
  required: ['type', 'title', 'status', 'detail', 'instance', 'error', 'message'],
  properties: {
    type: text,
    title: text,
    status: { type: 'integer' },
    detail: text,
    instance: text,
    error: text,
    message: text,
  },
  additionalProperties: true,
};
