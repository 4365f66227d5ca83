import type { NexusError } from '@nexus-state/client';
import { isRefusal } from '../../cli/report';

/** Why a transaction was refused, as far as an import can go on without the part that is to blame. */
export interface BatchRefusal {
  /** The operation that was refused, where the service names it. */
  readonly index: number | undefined;
  /** Whether the panel has changed meanwhile: it is to be looked at again. */
  readonly isConflict: boolean;
  readonly message: string;
}

const conflicts = ['version_conflict', 'already_exists', 'not_found', 'precondition_failed'];
const refused = [400, 409, 412, 413, 422];

/**
 * Reads what a transaction was refused with.
 * @returns undefined where it is not about its panels: the token, the service, or the network
 */
export function batchRefusal(error: unknown): BatchRefusal | undefined {
  if (!isRefusal(error)) return undefined;
  const index = indexOf(error);
  // Without an operation, a 404 is about the workspace.
  if (index === undefined && !refused.includes(error.status)) return undefined;
  if (error.status === 401 || error.status >= 500) return undefined;
  const isConflict = index !== undefined && conflicts.includes(error.code);
  return { index, isConflict, message: `${error.message.replace(/\.$/, '')} (${error.code})` };
}

function indexOf({ facts }: NexusError): number | undefined {
  const { transactionIndex, errors } = facts as {
    readonly transactionIndex?: number;
    readonly errors?: readonly { readonly pointer?: string }[];
  };
  if (typeof transactionIndex === 'number') return transactionIndex;
  const found = /operations[./[](\d+)/.exec(errors?.[0]?.pointer ?? '')?.[1];
  return found === undefined ? undefined : Number(found);
}
