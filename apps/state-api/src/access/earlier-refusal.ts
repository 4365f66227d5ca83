import type { IncomingMessage } from 'node:http';
import type { Allowance, OpenWorkspace } from '@nexus-state/state-core';

/** What a request was refused with before it came to its route, and what was counted and opened for it until then. */
export interface EarlierRefusal {
  readonly error: unknown;
  readonly allowance: Allowance | undefined;
  readonly workspace: OpenWorkspace | undefined;
}

const refusals = new WeakMap<IncomingMessage, EarlierRefusal>();

/** Has `AdmissionGuard` refuse a request: it is not admitted and counted for a second time. */
export function refuseLater(request: IncomingMessage, refusal: EarlierRefusal): void {
  refusals.set(request, refusal);
}

/** What a request was refused with already. */
export function earlierRefusalOf(request: IncomingMessage): EarlierRefusal | undefined {
  return refusals.get(request);
}
