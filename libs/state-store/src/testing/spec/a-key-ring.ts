import { randomBytes } from 'node:crypto';
import { KeyRing } from '../../secrets';

/** A ring with a new key under each id, the newest first. */
export function aKeyRing(...ids: readonly string[]): KeyRing {
  return new KeyRing((ids.length > 0 ? ids : ['test']).map((id) => ({ id, bytes: randomBytes(32) })));
}
