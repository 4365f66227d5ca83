import { ValidationFailed } from '@nexus-state/documents';
import { BodyTooLarge, type JsonBodyRules, MalformedJson, readJsonBody } from '@nexus-state/nest-kit';

/** JSON in a field that is not JSON (RFC 8259), or not UTF-8. */
class MalformedField extends MalformedJson {
  override readonly facts: { readonly field: string };
  constructor(field: string, { message }: MalformedJson) {
    super(message.replace(/^The body cannot be read as JSON: /, ''));
    this.message = message.replace('The body', `The field ${field}`);
    this.facts = { field };
  }
}

/**
 * The JSON value of a field. A large one is read with pauses, in which other requests have their turn.
 * @param field its name in JSON, e.g. `stateJson`
 * @throws ValidationFailed where it is empty; MalformedJson, BodyTooLarge, StateTooLarge, UnsupportedValue, StateTooDeep
 */
export async function jsonField(
  bytes: Buffer | undefined,
  field: string,
  rules: Omit<JsonBodyRules, 'holdsState'>,
): Promise<unknown> {
  if (bytes === undefined || bytes.length === 0)
    throw new ValidationFailed([{ pointer: `/${field}`, message: 'is missing' }]);
  try {
    return await readJsonBody([bytes], { ...rules, holdsState: true });
  } catch (error) {
    throw error instanceof MalformedJson ? new MalformedField(field, error) : error;
  }
}

const comma = ','.charCodeAt(0);

/**
 * Refuses fields that have, in all, far more values than one body may have. Commas in texts count, too.
 * @throws BodyTooLarge
 */
export function refuseTooManyValues(
  fields: readonly (Buffer | undefined)[],
  { maxValues }: { readonly maxValues: number },
): void {
  let left = 2 * maxValues;
  for (const bytes of fields) {
    for (let at = bytes?.indexOf(comma) ?? -1; at >= 0; at = (bytes as Buffer).indexOf(comma, at + 1)) {
      if (--left < 0) throw new BodyTooLarge();
    }
  }
}
