import { type FieldProblem, ValidationFailed, isJsonObject } from '@nexus-state/documents';
import { type Shape, fieldNames, shapesWithin } from './shape-schemas';

type Fields = Readonly<Record<string, unknown>>;

/**
 * How the fields of a shape may be spelled: in camelCase, or in snake_case. So are those of the shapes within it; never keys inside a state or
 * another value of any kind.
 */
export class Spellings {
  readonly #camelCase: ReadonlyMap<string, string>;
  readonly #names: ReadonlySet<string>;
  /** Of fields that hold objects of other shapes, or lists of them. */
  readonly #within: ReadonlyMap<string, Spellings>;

  constructor(shape: Shape) {
    const names = fieldNames(shape);
    this.#names = new Set(names);
    this.#camelCase = new Map(
      names.filter((name) => snakeCase(name) !== name).map((name) => [snakeCase(name), name]),
    );
    this.#within = new Map(
      [...shapesWithin(shape)].map(([field, inner]) => [field, new Spellings(inner)] as const),
    );
  }

  /** Whether the shape has a field of this name, in either spelling. */
  has(given: string): boolean {
    return this.#names.has(given) || this.#camelCase.has(given);
  }

  /** Whether every name is in camelCase already, those that the shape does not have left aside. */
  #areCamelCase(value: Fields): boolean {
    for (const given of Object.keys(value)) if (this.#camelCase.has(given)) return false;
    for (const [field, inner] of this.#within)
      if (Object.hasOwn(value, field) && !objectsIn(value[field]).every((part) => inner.#areCamelCase(part)))
        return false;
    return true;
  }

  /**
   * The same fields with names in camelCase; the value itself, where they are.
   * @throws ValidationFailed with the pointer of a field that is given in both spellings
   */
  camelCased(value: Fields, at = ''): Fields {
    return this.#areCamelCase(value) ? value : this.copied(value, at);
  }

  /**
   * A copy with names in camelCase.
   * @throws ValidationFailed with the pointer of a field that is given in both spellings
   */
  copied(value: Fields, at = ''): Fields {
    const fields: Record<string, unknown> = {};
    for (const [given, field] of Object.entries(value)) {
      const name = this.#camelCase.get(given) ?? given;
      if (Object.hasOwn(fields, name)) throw new ValidationFailed([givenTwice(`${at}/${given}`, name)]);
      Object.defineProperty(fields, name, {
        value: this.#part(name, field, `${at}/${given}`),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    return fields;
  }

  #part(name: string, value: unknown, at: string): unknown {
    const inner = this.#within.get(name);
    if (!inner) return value;
    if (isJsonObject(value)) return inner.camelCased(value, at);
    if (!Array.isArray(value)) return value;
    return value.map((part: unknown, index) =>
      isJsonObject(part) ? inner.camelCased(part, `${at}/${index}`) : part,
    );
  }
}

function objectsIn(value: unknown): readonly Fields[] {
  if (isJsonObject(value)) return [value];
  return Array.isArray(value) ? value.filter((part): part is Fields => isJsonObject(part as never)) : [];
}

function givenTwice(pointer: string, name: string): FieldProblem {
  return { pointer, message: `is given twice, also as "${name}"` };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
