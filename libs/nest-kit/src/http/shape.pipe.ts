import type { PipeTransform } from '@nestjs/common';
import {
  type FieldProblem,
  type JsonObject,
  ValidationFailed,
  headOf,
  isJsonObject,
  isStorable,
} from '@nexus-state/documents';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { type Shape, compileShape, isOfAnyKind } from './shape-schemas';
import { Spellings } from './spellings';

/** More unknown fields are not listed. */
const maxUnknown = 100;

/**
 * Checks that a body, or the query parameters, have the shape of a class, and hands them on with camelCase names.
 * Every wrong or unknown field is named.
 */
export class ShapePipe<T> implements PipeTransform<unknown, T> {
  readonly #shape: Shape<T>;
  #compiled: ValidateFunction | undefined;
  readonly #spellings: Spellings;
  /** For parameters. Then the check changes what it is given, which must not be the request's own. */
  readonly #coerces: boolean;

  constructor(shape: Shape<T>, { coerce = false }: { readonly coerce?: boolean } = {}) {
    this.#coerces = coerce;
    this.#shape = shape;
    this.#spellings = new Spellings(shape);
  }

  /** @throws ValidationFailed with the pointer of every field that is wrong */
  transform(value: unknown): T {
    if (isJsonObject(value)) this.#refuseManyUnknown(value);
    const fields = isJsonObject(value) ? this.#inCamelCase(value) : (value ?? {});
    const validate = this.#validate;
    const problems = validate(fields)
      ? this.#unstorableTexts(fields)
      : (validate.errors ?? []).map(fieldProblem);
    if (problems.length === 0) return fields as T;
    throw new ValidationFailed(this.#coerces ? problems.map(named) : problems);
  }

  /** Texts that the database could not keep, or would keep as another. States, and values of any kind, are judged where they are kept. */
  #unstorableTexts(fields: object): FieldProblem[] {
    const problems: FieldProblem[] = [];
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value !== 'string' || isStorable(value) || isOfAnyKind(this.#shape, name)) continue;
      problems.push({ pointer: `/${name}`, message: 'must not contain U+0000 or a lone surrogate' });
    }
    return problems;
  }

  /** Compiled when it is first needed: all shapes at once would delay the start of the service. */
  get #validate(): ValidateFunction {
    return (this.#compiled ??= compileShape(this.#shape, this.#coerces));
  }

  /** Refuses what has far more fields than any shape, before it is looked at field by field. */
  #refuseManyUnknown(value: Readonly<Record<string, unknown>>): void {
    const given = Object.keys(headOf(value) ?? value);
    if (given.length <= maxUnknown) return;
    const unknown = given.filter((name) => !this.#spellings.has(name));
    if (unknown.length <= maxUnknown) return;
    const problems = unknown
      .slice(0, maxUnknown)
      .map((name) => ({ pointer: `/${name}`, message: 'is not a known field' }));
    throw new ValidationFailed(this.#coerces ? problems.map(named) : problems);
  }

  #inCamelCase(value: JsonObject): object {
    if (!this.#coerces) return this.#spellings.camelCased(value);
    try {
      return this.#spellings.copied(value);
    } catch (error) {
      throw error instanceof ValidationFailed ? new ValidationFailed(error.errors.map(named)) : error;
    }
  }
}

/** Parameters have names, not pointers. */
function named({ pointer, message }: FieldProblem): FieldProblem {
  return { pointer: pointer.slice(1), message };
}

function fieldProblem(error: ErrorObject): FieldProblem {
  if (error.keyword === 'additionalProperties') {
    const name = String(error.params['additionalProperty']);
    return { pointer: `${error.instancePath}/${name}`, message: 'is not a known field' };
  }
  if (error.keyword === 'required') {
    return {
      pointer: `${error.instancePath}/${String(error.params['missingProperty'])}`,
      message: 'is missing',
    };
  }
  if (error.keyword === 'enum') {
    const allowed = (error.params['allowedValues'] as unknown[]).join(', ');
    return { pointer: error.instancePath, message: `must be one of ${allowed}` };
  }
  return { pointer: error.instancePath, message: error.message ?? 'is not valid' };
}
