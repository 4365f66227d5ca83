import { type FieldProblem, ValidationFailed } from '@nexus-state/documents';
import { ShapePipe } from '@nexus-state/nest-kit';

/** Fields that are JSON in messages have longer names than over HTTP. */
const jsonFields = new Map([
  ['state', 'stateJson'],
  ['initialState', 'initialStateJson'],
  ['patches', 'patchesJson'],
  ['value', 'valueJson'],
]);

/** Checks the fields of a message by the shape that the same request has over HTTP, so that both have the same rules. */
export class RequestShape<T> {
  readonly #pipe: ShapePipe<T>;

  constructor(shape: new () => T) {
    this.#pipe = new ShapePipe<T>(shape);
  }

  /**
   * @param fields named as over HTTP; undefined, or null for a message, where they were not sent
   * @throws ValidationFailed with the pointer of every field that is wrong, as the message names it in JSON
   */
  read(fields: Readonly<Record<string, unknown>>): T {
    const sent = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
    return namingFields(
      () => this.#pipe.transform(Object.fromEntries(sent)),
      (pointer) =>
        pointer.replace(/^\/([^/]*)/, (all, name: string) => `/${jsonFields.get(name) ?? all.slice(1)}`),
    );
  }
}

/**
 * Reads something, and has the pointers of what is wrong name the fields of messages.
 * @throws what `read` throws
 */
export function namingFields<T>(read: () => T, rename: (pointer: string) => string): T {
  try {
    return read();
  } catch (error) {
    throw renamed(error, rename);
  }
}

/** The same of what is read in turns. */
export async function namingFieldsLater<T>(
  read: () => Promise<T>,
  rename: (pointer: string) => string,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw renamed(error, rename);
  }
}

function renamed(error: unknown, rename: (pointer: string) => string): unknown {
  if (!(error instanceof ValidationFailed)) return error;
  return new ValidationFailed(
    error.errors.map(({ pointer, message }): FieldProblem => ({ pointer: rename(pointer), message })),
  );
}
