import ts from 'typescript';
import type { Schema, SchemaPlaces } from './description';

/** Whether the client sends what a schema describes, or is given it. */
export type Direction = 'sent' | 'given';

/** A field of a type. */
interface Field {
  readonly types: readonly ts.Type[];
  readonly optional: boolean;
}

const primitives: Readonly<Record<string, ts.TypeFlags>> = {
  string: ts.TypeFlags.StringLike,
  integer: ts.TypeFlags.NumberLike,
  number: ts.TypeFlags.NumberLike,
  boolean: ts.TypeFlags.BooleanLike,
  null: ts.TypeFlags.Null,
};

/** Compares types of the client with schemas of the description, field by field. */
export class Comparison {
  constructor(
    private readonly checker: ts.TypeChecker,
    private readonly schemas: SchemaPlaces,
    private readonly direction: Direction,
  ) {}

  /** What differs, each named by its place: `panels[].version is missing`. */
  differences(type: ts.Type, given: Schema, place: string): string[] {
    const schema = this.#followed(given);
    const choices = schema.oneOf ?? schema.anyOf;
    if (choices) return this.#ofChoices(type, choices, place);
    const kinds = [schema.type ?? []].flat();
    // A schema without a type describes any JSON.
    if (kinds.length === 0) return [];
    const members = this.#members(type);
    if (members.some(({ flags }) => flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)))
      return [`${place} may be anything in the client, and is ${kinds.join(' or ')}`];
    return [
      ...kinds
        .filter((kind) => !members.some((member) => this.#isOfKind(member, kind)))
        .map((kind) => `${place} may be ${kind}, and not so in the client`),
      ...members
        .filter((member) => !kinds.some((kind) => this.#isOfKind(member, kind)))
        .map((member) => `${place} is never ${this.checker.typeToString(member)}`),
      ...this.#ofEnumeration(members, schema, place),
      ...(kinds.includes('object') ? this.#ofObject(members, schema, place) : []),
      ...(kinds.includes('array') ? this.#ofArray(members, schema, place) : []),
    ];
  }

  #followed(schema: Schema): Schema {
    return schema.$ref === undefined ? schema : this.#followed(this.schemas.at(schema.$ref));
  }

  /** What a type may be, but undefined; as a parameter an instant may be a `Date`, which is sent as text. */
  #members(type: ts.Type): readonly ts.Type[] {
    const all = type.isUnion() ? type.types : [type];
    return all.filter(
      (one) =>
        !(one.flags & ts.TypeFlags.Undefined) &&
        !(this.direction === 'sent' && one.getSymbol()?.name === 'Date' && all.length > 1),
    );
  }

  #isOfKind(type: ts.Type, kind: string): boolean {
    const flags = primitives[kind];
    if (flags !== undefined) return (type.flags & flags) !== 0;
    const isList = this.checker.isArrayType(type) || this.checker.isTupleType(type);
    const isObject = (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.NonPrimitive)) !== 0;
    return kind === 'array' ? isList : (isObject && !isList) || type.isIntersection();
  }

  #ofChoices(type: ts.Type, choices: readonly Schema[], place: string): string[] {
    const members = this.#members(type);
    const fits = (member: ts.Type, choice: Schema) => this.differences(member, choice, place).length === 0;
    return [
      ...choices
        .filter((choice) => !members.some((member) => fits(member, choice)))
        .map(
          (choice) => `${place} may be ${choice.$ref ?? JSON.stringify(choice)}, and not so in the client`,
        ),
      ...members
        .filter((member) => !choices.some((choice) => fits(member, choice)))
        .map((member) => `${place} is never ${this.checker.typeToString(member)}`),
    ];
  }

  #ofEnumeration(members: readonly ts.Type[], { enum: values }: Schema, place: string): string[] {
    const texts = members.filter(({ flags }) => flags & ts.TypeFlags.StringLike);
    const literals = texts.filter((text) => text.isStringLiteral()).map(({ value }) => value);
    if (!values) {
      return literals.length === texts.length && literals.length > 0
        ? [`${place} may be any text, and is one of ${literals.join(', ')} in the client`]
        : [];
    }
    if (literals.length < texts.length)
      return [`${place} is one of ${values.join(', ')}, and any text in the client`];
    return [
      ...values
        .filter((value) => !literals.includes(value))
        .map((value) => `${place} may be ${value}, and not so in the client`),
      ...literals
        .filter((literal) => !values.includes(literal))
        .map((literal) => `${place} is never ${literal}`),
    ];
  }

  #ofArray(members: readonly ts.Type[], { items }: Schema, place: string): string[] {
    return members
      .filter((member) => this.#isOfKind(member, 'array'))
      .flatMap((list) =>
        this.checker
          .getTypeArguments(list as ts.TypeReference)
          .flatMap((item) => (items ? this.differences(item, items, `${place}[]`) : [])),
      );
  }

  #ofObject(members: readonly ts.Type[], schema: Schema, place: string): string[] {
    const { properties, additionalProperties, required = [] } = schema;
    const objects = members.filter((member) => this.#isOfKind(member, 'object'));
    if (typeof additionalProperties === 'object') {
      return objects.flatMap((object) => {
        const value = this.checker.getIndexTypeOfType(object, ts.IndexKind.String);
        if (!value) return [`${place} is a record, and not so in the client`];
        return this.differences(value, additionalProperties, `${place}.*`);
      });
    }
    // Any object: a state, a patch, a partial state.
    if (!properties) return [];
    const fields = this.#fields(objects);
    const missing = Object.keys(properties).filter((name) => !fields.has(name));
    return [
      ...missing.map((name) => `${place}.${name} is missing in the client`),
      ...[...fields].flatMap(([name, field]) => {
        const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
        if (!property) return [`${place}.${name} is not in the description`];
        return [
          ...this.#ofPresence(field, required.includes(name), `${place}.${name}`),
          ...field.types.flatMap((type) => this.differences(type, property, `${place}.${name}`)),
        ];
      }),
    ];
  }

  /** What the service may leave out, the client may not count on; what it needs, the client may not leave out. */
  #ofPresence({ optional }: Field, required: boolean, place: string): string[] {
    if (required && optional) return [`${place} is always there, and optional in the client`];
    const mayAskForMore = this.direction === 'sent';
    return !required && !optional && !mayAskForMore
      ? [`${place} may be missing, and is always there in the client`]
      : [];
  }

  /** The fields of the members of a union together: one that some do not have is optional. */
  #fields(objects: readonly ts.Type[]): Map<string, Field> {
    const fields = new Map<string, Field>();
    for (const object of objects) {
      for (const symbol of this.checker.getPropertiesOfType(object)) {
        const type = this.checker.getTypeOfSymbol(symbol);
        if (type.flags & ts.TypeFlags.Never) continue;
        const isOptional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
        const before = fields.get(symbol.name);
        fields.set(symbol.name, {
          types: [...(before?.types ?? []), type],
          optional: isOptional || (before?.optional ?? false),
        });
      }
    }
    for (const [name, field] of fields) {
      const isEverywhere = objects.every((object) => object.getProperty(name));
      if (!isEverywhere) fields.set(name, { ...field, optional: true });
    }
    return fields;
  }
}
