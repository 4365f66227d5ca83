import { KeyCheck, KeyDelete, KeySet } from '@nexus-state/contracts';
import { type FieldProblem, ValidationFailed, isJsonObject } from '@nexus-state/documents';
import { ShapePipe } from '@nexus-state/nest-kit';
import {
  type TransactionOperation,
  type VersionCheck,
  type Write,
  type WriteRequest,
  checkKey,
  deleteWrite,
  setWrite,
  versionCheck,
} from '@nexus-state/store';
import { refusable, refusedAt } from '../panels/refusable';
import { optionsOf, valueAt, valueOf } from './values';

const shapes = {
  check: new ShapePipe<KeyCheck>(KeyCheck),
  set: new ShapePipe<KeySet>(KeySet),
  delete: new ShapePipe<KeyDelete>(KeyDelete),
};

/**
 * Reads the operations of a transaction of keys as they came over the wire.
 * @throws ValidationFailed naming every member that is wrong or unknown; OperationRefused naming the operation whose key is none
 */
export function readKeyOperations(values: readonly object[]): readonly TransactionOperation[] {
  const problems: FieldProblem[] = [];
  const operations = values.flatMap((value, index): TransactionOperation[] => {
    try {
      return [operationOf(value, `/transaction/${index}`)];
    } catch (error) {
      if (!(error instanceof ValidationFailed)) throw refusedAt(index, error);
      problems.push(...error.errors);
      return [];
    }
  });
  if (problems.length > 0) throw new ValidationFailed(problems);
  requireOneWriteEach(operations);
  return operations;
}

/**
 * What a transaction asks of the store.
 * @param operations as they were read
 * @throws OperationRefused naming the operation whose value cannot be kept
 */
export function requestOf(operations: readonly TransactionOperation[]): WriteRequest {
  const checks: VersionCheck[] = [];
  const writes: Write[] = [];
  operations.forEach((operation, index) => {
    if (operation.type === 'checkVersion') checks.push(versionCheck(operation.key, operation.version, index));
    else writes.push(refusable(index, () => writeOf(operation, `/transaction/${index}`)));
  });
  return { checks, writes };
}

function writeOf(operation: Exclude<TransactionOperation, { type: 'checkVersion' }>, at: string): Write {
  if (operation.type === 'delete') return deleteWrite(operation.key);
  return valueAt(`${at}/set/value`, () => setWrite(operation.key, operation.value, operation));
}

function operationOf(value: object, at: string): TransactionOperation {
  const [[name, body] = ['', undefined], ...others] = Object.entries(value) as [string, unknown][];
  if (others.length > 0 || !Object.hasOwn(shapes, name)) {
    throw new ValidationFailed([{ pointer: at, message: 'must have one member: check, set or delete' }]);
  }
  if (!isJsonObject(body))
    throw new ValidationFailed([{ pointer: `${at}/${name}`, message: 'must be an object' }]);
  return below(`${at}/${name}`, () => {
    switch (name as keyof typeof shapes) {
      case 'check': {
        const { key, version } = shapes.check.transform(body);
        return { type: 'checkVersion', key: checkKey(key), version };
      }
      case 'set': {
        const set = shapes.set.transform(body);
        return { type: 'set', key: checkKey(set.key), value: valueOf(set), ...optionsOf(set) };
      }
      case 'delete':
        return { type: 'delete', key: checkKey(shapes.delete.transform(body).key) };
    }
  });
}

/** Has the pointers of a part begin at its place. */
function below<T>(at: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ValidationFailed)) throw error;
    throw new ValidationFailed(
      error.errors.map(({ pointer, message }) => ({ pointer: `${at}${pointer}`, message })),
    );
  }
}

function requireOneWriteEach(operations: readonly TransactionOperation[]): void {
  const written = new Set<string>();
  operations.forEach(({ type, key }, index) => {
    if (type === 'checkVersion') return;
    if (written.has(key)) {
      throw new ValidationFailed([
        { pointer: `/transaction/${index}`, message: 'writes a key that another operation writes, too' },
      ]);
    }
    written.add(key);
  });
}
