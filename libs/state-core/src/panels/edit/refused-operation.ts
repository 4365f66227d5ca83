import { StateError } from '@nexus-state/documents';
import { OperationRefused } from '../../errors';

/** Does a step of a transaction. @throws OperationRefused naming the operation, where it is refused */
export function refusable<T>(index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw refusalOf(index, error);
  }
}

/** The same, later. */
export async function refusableLater<T>(index: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusalOf(index, error);
  }
}

function refusalOf(index: number, error: unknown): unknown {
  return error instanceof StateError ? new OperationRefused(index, error) : error;
}
