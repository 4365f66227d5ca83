import { StateError } from '@nexus-state/documents';
import { OperationRefused } from '@nexus-state/state-core';

/**
 * Has a refusal name the operation of a transaction that it is about.
 * @param index of the operation, from 0
 * @throws OperationRefused for what `work` refuses
 */
export function refusable<T>(index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw refusedAt(index, error);
  }
}

/** A refusal of one operation as that of its transaction; any other error as it is. */
export function refusedAt(index: number, error: unknown): unknown {
  return error instanceof StateError ? new OperationRefused(index, error) : error;
}
