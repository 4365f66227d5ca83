import { KeyCheck, KeyDelete, KeySet } from '@nexus-state/contracts';
import { type FieldProblem, ValidationFailed, isJsonObject } from '@nexus-state/documents';
import { ShapePipe } from '@nexus-state/nest-kit';
import { type TransactionOperation, checkKey } from '@nexus-state/store';
import { optionsOf, valueOf } from './values';

const shapes = {
  check: new ShapePipe<KeyCheck>(KeyCheck),
  set: new ShapePipe<KeySet>(KeySet),
  delete: new ShapePipe<KeyDelete>(KeyDelete),
};

/**
 * Reads the operations of a transaction of keys as they came over the wire.
 * @throws ValidationFailed naming every member that is wrong or unknown; InvalidKeyError
 */
export function readKeyOperations(values: readonly object[]): readonly TransactionOperation[] {
  const problems: FieldProblem[] = [];
  const operations = values.flatMap((value, index): TransactionOperation[] => {
    try {
      return [operationOf(value, `/transaction/${index}`)];
    } catch (error) {
      if (!(error instanceof ValidationFailed)) throw error;
      problems.push(...error.errors);
      return [];
    }
  });
  if (problems.length > 0) throw new ValidationFailed(problems);
  requireOneWriteEach(operations);
  return operations;
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
