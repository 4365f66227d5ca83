import { type SealedPlace, SecretUnreadableError, type StoredValue } from '../model';
import type { KeyRing } from './key-ring';

/** How sensitive values are encrypted anew. */
export interface ReencryptOptions {
  /** The key to encrypt with, and after it all keys that values may be encrypted with. */
  readonly ring: KeyRing;
  /** Values that are read at once; 100 where not given. */
  readonly batchSize?: number;
  /** The pause between two batches, in milliseconds; 10 where not given. */
  readonly pauseMs?: number;
  /** Ends the work between two values. What was done stays done, and the next call goes on with the rest. */
  readonly signal?: AbortSignal;
  /** Is called after each batch. */
  readonly onProgress?: (progress: ReencryptProgress) => void;
}

/** How far it has come. */
export interface ReencryptProgress {
  /** Values that were under another key when it began. */
  readonly total: number;
  /** Those that are under the newest key now, or were written anew or deleted meanwhile. */
  readonly done: number;
  /** Those that could not be read, and stay as they are. */
  readonly unreadable: readonly SecretUnreadableError[];
}

/**
 * A value under the newest key.
 * @returns undefined where it cannot be read; `onUnreadable` is called then
 */
export function resealed(
  ring: KeyRing,
  owner: string,
  place: SealedPlace,
  sealed: StoredValue,
  onUnreadable: (error: SecretUnreadableError) => void,
): StoredValue | undefined {
  const cipher = ring.cipherOf(owner);
  try {
    return cipher.seal(place, cipher.open(place, sealed));
  } catch (error) {
    if (!(error instanceof SecretUnreadableError)) throw error;
    onUnreadable(error);
    return undefined;
  }
}
