import { ValidationFailed } from '@nexus-state/documents';
import type { TransactionOperation } from '@nexus-state/store';
import { withWireValue } from '@nexus-state/store/http';
import { readKeyOperations } from '../../keys/read-key-operations';
import { jsonField, refuseTooManyValues } from './json-field';
import { namingFieldsLater } from './request-shape';
import type { KeyOperationMessage } from './requests';

const jsonFields = new Map([['value', 'valueJson']]);

/**
 * The operations of a transaction of keys, by the rules of those over HTTP.
 * @throws ValidationFailed naming every field that is wrong; InvalidKeyError; what `jsonField` throws
 */
export async function keyOperationsOf(
  messages: readonly KeyOperationMessage[],
  rules: { readonly maxValues: number; readonly stateBytes: number },
): Promise<readonly TransactionOperation[]> {
  refuseTooManyValues(
    messages.map(({ set }) => set?.valueJson),
    rules,
  );
  const values: object[] = [];
  for (const [index, message] of messages.entries()) values.push(await valueOf(message, index, rules));
  return namingFieldsLater(
    async () => readKeyOperations(values),
    (pointer) =>
      pointer.replace(
        /^\/transaction\/(\d+)(?:\/(\w+)(?:\/(\w+))?)?/,
        (_, index: string, kind?: string, name?: string) =>
          ['/operations', index, kind, name && (jsonFields.get(name) ?? name)]
            .filter((part) => part !== undefined)
            .join('/'),
      ),
  );
}

/** An operation as HTTP names its members. */
async function valueOf(
  { check, set, delete: deletion }: KeyOperationMessage,
  index: number,
  rules: { readonly maxValues: number; readonly stateBytes: number },
): Promise<object> {
  const at = `operations/${index}`;
  if (check) return { check };
  if (deletion) return { delete: deletion };
  if (!set)
    throw new ValidationFailed([{ pointer: `/${at}`, message: 'must have one of check, set, delete' }]);
  const { key, valueJson, valueBytes, ttlSeconds, sensitive } = set;
  const value =
    valueBytes === undefined
      ? { value: await jsonField(valueJson, `${at}/set/valueJson`, rules) }
      : withWireValue({ value: valueBytes });
  return {
    set: {
      key,
      ...value,
      ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
      ...(sensitive === undefined ? {} : { sensitive }),
    },
  };
}
