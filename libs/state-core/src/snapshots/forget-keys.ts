import { keyRetentionMs } from '../panels/model';
import type { KeyStore } from '../panels/ports';

/**
 * Forgets idempotency keys that were claimed longer ago than they are kept.
 * @param signal ends the work in the middle; the next time goes on
 * @returns how many were forgotten
 * @throws Unavailable when the store is away
 */
export async function forgetKeys(
  { keys }: { readonly keys: Pick<KeyStore, 'forget'> },
  signal: AbortSignal,
): Promise<{ readonly forgottenKeys: number }> {
  return { forgottenKeys: await keys.forget(keyRetentionMs, signal) };
}
