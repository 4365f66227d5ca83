import { type JsonSchema, schemas } from '@nexus-state/contracts/schemas';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

/** A class of the contract; its name leads to its schema. */
export type Shape<T = unknown> = new () => T;

const byName: Readonly<Record<string, JsonSchema | undefined>> = schemas;

/** The schema of a shape. */
export function schemaOf({ name }: Shape): JsonSchema {
  const schema = byName[name];
  if (!schema) throw new Error(`There is no schema of ${name}: run node tools/contracts/main.js.`);
  return schema;
}

/** The schema of a shape that stands alone: with those that it refers to, in `$defs`. */
export function wholeSchemaOf(shape: Shape): JsonSchema {
  const found = new Map<string, JsonSchema>();
  const visit = (schema: JsonSchema): void => {
    for (const [, name = ''] of JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)) {
      if (found.has(name)) continue;
      const referred = schemaOf(shapeNamed(name));
      found.set(name, referred);
      visit(referred);
    }
  };
  const schema = schemaOf(shape);
  visit(schema);
  return found.size === 0 ? schema : { ...schema, $defs: Object.fromEntries(found) };
}

/** The field names of a shape. */
export function fieldNames(shape: Shape): readonly string[] {
  return Object.keys((schemaOf(shape)['properties'] as object | undefined) ?? {});
}

/** The shapes of the fields that hold objects of another shape, or lists of them, by field. */
export function shapesWithin(shape: Shape): ReadonlyMap<string, Shape> {
  const found = new Map<string, Shape>();
  const fields = (schemaOf(shape)['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  for (const [field, schema] of Object.entries(fields)) {
    const items = schema['items'] as JsonSchema | undefined;
    const reference = schema['$ref'] ?? items?.['$ref'];
    if (typeof reference === 'string') found.set(field, shapeNamed(reference.slice('#/$defs/'.length)));
  }
  return found;
}

/** A shape by its name alone: what its schema needs. */
function shapeNamed(name: string): Shape {
  return Object.defineProperty(class {}, 'name', { value: name });
}

/** Whether a field of a shape may be any JSON: its schema says nothing of its type. */
export function isOfAnyKind(shape: Shape, field: string): boolean {
  const fields = schemaOf(shape)['properties'] as Readonly<Record<string, JsonSchema>> | undefined;
  const schema = fields?.[field];
  return schema !== undefined && !('type' in schema) && !('enum' in schema);
}

/**
 * Compiles the check of one shape, once for each kind of value.
 * @param coerce whether texts are read as numbers and booleans: for query parameters, never for bodies
 */
export function compileShape(shape: Shape, coerce: boolean): ValidateFunction {
  schemaOf(shape);
  const validate = (coerce ? coercing() : exact()).getSchema(`${documentId}#/$defs/${shape.name}`);
  return validate as ValidateFunction;
}

const documentId = 'nexus-state';
const exact = once(() => validatorWith({ coerceTypes: false }));
const coercing = once(() => validatorWith({ coerceTypes: true }));

function validatorWith(options: { readonly coerceTypes: boolean }): Ajv {
  const ajv = addFormats(new Ajv({ strict: false, allErrors: true, ...options }));
  const known = ajv.formats['date-time'] as { validate: (text: string) => boolean };
  ajv.addFormat('date-time', (text) => known.validate(text) && isInstant(text));
  return ajv.addSchema({ $id: documentId, $defs: schemas });
}

/** What is of the form of an instant may still be none that can be reckoned with: 23:59:60, or a space for the T. */
function isInstant(text: string): boolean {
  return text[10] !== ' ' && !Number.isNaN(Date.parse(text));
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
