/** A JSON Schema, as far as the description has it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

type Content = Readonly<Record<string, { readonly schema: Schema; readonly examples?: object }>>;

/** What the description says of a route. */
interface Operation {
  readonly parameters: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

/** `/openapi.json`. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The schemas that a description refers to. */
export interface SchemaPlaces {
  /** @param reference such as `#/components/schemas/Problem` */
  at(reference: string): Schema;
}

/** One route of the description: `GET /api/workspaces`. */
export interface Route {
  readonly name: string;
  /** The parameters behind `?`, as fields of an object. */
  readonly query: Schema;
  /** The bodies that it takes, by media type. */
  readonly takes: Readonly<Record<string, Schema>>;
  /** The JSON of its answers, by status. */
  readonly gives: Readonly<Record<string, Schema>>;
  /** The codes of its problems. */
  readonly problems: readonly string[];
}

/** Reads a description. */
export class Description implements SchemaPlaces {
  constructor(private readonly openApi: OpenApi) {}

  /** Every route. */
  get routes(): readonly Route[] {
    return Object.entries(this.openApi.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) =>
        routeOf(`${method.toUpperCase()} ${path}`, operation),
      ),
    );
  }

  at(reference: string): Schema {
    const schema = this.openApi.components.schemas[reference.slice('#/components/schemas/'.length)];
    if (!schema) throw new Error(`The description has no ${reference}.`);
    return schema;
  }
}

function routeOf(name: string, { parameters, requestBody, responses }: Operation): Route {
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const bodies = Object.entries(requestBody?.content ?? {});
  const answers = Object.entries(responses);
  return {
    name,
    query: {
      type: 'object',
      properties: Object.fromEntries(query.map((parameter) => [parameter.name, parameter.schema])),
    },
    takes: Object.fromEntries(bodies.map(([type, { schema }]) => [type, schema])),
    gives: Object.fromEntries(
      answers.flatMap(([status, { content }]) => {
        const json = content?.['application/json'];
        return json ? [[status, json.schema]] : [];
      }),
    ),
    problems: answers.flatMap(([, { content }]) =>
      Object.keys(content?.['application/problem+json']?.examples ?? {}),
    ),
  };
}
