import type { Provenance } from '@nexus-state/contracts';
import { ValidationFailed } from '@nexus-state/documents';
import type { Principal } from '@nexus-state/nest-kit';
import { type ChangeOrigin, aiTrigger, changeAbout } from '@nexus-state/state-core';

/** The header that names a turn, where a request has it. */
export interface TurnHeaders {
  readonly 'nexus-turn'?: string;
}

/** What a body says of who is behind a change. */
export interface SaidOrigin {
  readonly triggeredBy?: string | undefined;
  readonly triggerSource?: string | undefined;
  readonly turnId?: string | undefined;
  readonly provenance?: Provenance | undefined;
}

/**
 * Who makes a change and what for: the caller, with what the body says of the trigger. In a turn, it is triggered by AI unless the
 * body says otherwise.
 * @throws ValidationFailed when header and body name different turns, or the provenance is too large
 */
export function originOf(caller: Principal, said: SaidOrigin, headers: TurnHeaders = {}): ChangeOrigin {
  const turnId = turnOf(headers, said.turnId);
  const about = changeAbout({ turnId, provenance: said.provenance });
  return {
    actor: caller.subject,
    triggeredBy: said.triggeredBy ?? (turnId === undefined ? 'user' : aiTrigger),
    triggerSource: said.triggerSource ?? null,
    ...(about ? { about } : {}),
  };
}

function turnOf(headers: TurnHeaders, inBody: string | undefined): string | undefined {
  const inHeader = headers['nexus-turn']?.trim();
  if (inHeader !== undefined && inBody !== undefined && inHeader !== inBody)
    throw new ValidationFailed([{ pointer: '/turnId', message: 'contradicts Nexus-Turn' }]);
  return inBody ?? inHeader;
}
