import document from './schemas.json';

/** A JSON Schema (draft 2020-12). Its `$ref`s point to `#/$defs/<name>`. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The name of a message on the wire: the name of its class. */
export type SchemaName = keyof typeof document.$defs;

/**
 * The JSON Schemas of what goes over the wire, by name, written from the classes of this library when they change. Data, so
 * that clients, command lines and tools for models can read them without decorators.
 */
export const schemas = document.$defs as Readonly<Record<SchemaName, JsonSchema>>;
