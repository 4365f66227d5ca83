import { ValidationFailed } from '@nexus-state/documents';
import type { Limits, TransactionOperation } from '@nexus-state/state-core';
import { readOperations } from '../../panels/read-operations';
import { jsonField, refuseTooManyValues } from './json-field';
import { namingFieldsLater } from './request-shape';
import type { OperationMessage } from './requests';

const kinds = ['check', 'set', 'patch', 'delete'] as const;
const jsonFields = new Map([
  ['state', 'stateJson'],
  ['patches', 'patchesJson'],
]);

/**
 * The operations of a transaction, by the rules of those over HTTP.
 * @throws ValidationFailed naming every field that is wrong; what `jsonField` throws
 */
export async function operationsOf(
  messages: readonly OperationMessage[],
  rules: { readonly maxValues: number; readonly stateBytes: number },
  limits: Pick<Limits, 'patchOperations'>,
): Promise<readonly TransactionOperation[]> {
  refuseTooManyValues(
    messages.map(({ set, patch }) => set?.stateJson ?? patch?.patchesJson),
    rules,
  );
  const kindOf = (index: string) => kinds.find((kind) => messages[Number(index)]?.[kind]);
  const values: object[] = [];
  for (const [index, message] of messages.entries()) values.push(await valueOf(message, index, rules));
  return namingFieldsLater(
    () => readOperations(values, limits),
    (pointer) =>
      pointer.replace(
        /^\/operations\/(\d+)\/([^/]+)/,
        (_, index: string, name: string) =>
          `/operations/${index}/${kindOf(index)}/${jsonFields.get(name) ?? name}`,
      ),
  );
}

/** An operation as HTTP names its members. */
async function valueOf(
  { check, set, patch, delete: deletion }: OperationMessage,
  index: number,
  rules: { readonly maxValues: number; readonly stateBytes: number },
): Promise<object> {
  const at = `operations/${index}`;
  if (set) {
    const { panelId, stateJson, version } = set;
    const state = await jsonField(stateJson, `${at}/set/stateJson`, rules);
    return { op: 'set', panelId, state, ...(version === undefined ? {} : { version }) };
  }
  if (patch) {
    const { panelId, patchesJson, version } = patch;
    const patches = await jsonField(patchesJson, `${at}/patch/patchesJson`, rules);
    return { op: 'patch', panelId, patches, ...(version === undefined ? {} : { version }) };
  }
  if (check) return { op: 'check', ...check };
  if (deletion) return { op: 'delete', ...deletion };
  throw new ValidationFailed([{ pointer: `/${at}`, message: 'must have one of check, set, patch, delete' }]);
}
