import type { PatchRequest } from '@nexus-state/documents';
import type { TransactionOperation } from './answers';

interface Based {
  readonly version?: number;
}

/** Collects the operations of a transaction. Nothing is sent until all of them are known. */
export class Transaction {
  readonly operations: TransactionOperation[] = [];

  /** Refuses the whole transaction unless the panel is at this version. */
  check(panelId: string, version: number): this {
    return this.#add({ op: 'check', panelId, version });
  }

  /** Writes a whole state; version 0 creates the panel. */
  set(panelId: string, state: object, based: Based = {}): this {
    return this.#add({ op: 'set', panelId, state, ...based });
  }

  patch(panelId: string, patches: PatchRequest, based: Based = {}): this {
    return this.#add({ op: 'patch', panelId, patches, ...based });
  }

  delete(panelId: string, based: Based = {}): this {
    return this.#add({ op: 'delete', panelId, ...based });
  }

  #add(operation: TransactionOperation): this {
    this.operations.push(operation);
    return this;
  }
}
