import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { shapeSchemas } from '../http';

/** What an API is called in its description. */
export interface ApiTitle {
  readonly title: string;
  readonly description: string;
  readonly version: string;
}

/** Serves the OpenAPI 3.1 description at `/openapi.json` and a page to browse it at `/docs`. */
export function serveDescription(app: NestFastifyApplication, title: ApiTitle): void {
  SwaggerModule.setup('docs', app, () => describeApi(app, title), {
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
  const schemas = { ...shapeSchemas('#/components/schemas/'), Problem: problemSchema };
  return { ...document, components: { ...document.components, schemas: schemas as never } };
}

const text = { type: 'string' };

const problemSchema = {
  type: 'object',
  description: 'An error (RFC 9457). `error` is the code to decide by; some codes carry more members.',
  required: ['type', 'title', 'status', 'detail', 'error', 'message'],
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
