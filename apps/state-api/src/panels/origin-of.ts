import type { Principal } from '@nexus-state/nest-kit';
import type { ChangeOrigin } from '@nexus-state/state-core';

/** Who makes a change and what for: the caller, with what the body says of the trigger. */
export function originOf(
  caller: Principal,
  said: { readonly triggeredBy?: string | undefined; readonly triggerSource?: string | undefined },
): ChangeOrigin {
  return {
    actor: caller.subject,
    triggeredBy: said.triggeredBy ?? 'user',
    triggerSource: said.triggerSource ?? null,
  };
}
