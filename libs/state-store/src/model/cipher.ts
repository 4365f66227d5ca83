import { NoEncryptionKeyError, SecretUnreadableError } from './errors';
import type { StoredValue } from './value';

/** Where a sealed value belongs. It can be opened nowhere else. */
export interface SealedPlace {
  readonly key: string;
  readonly version: number;
}

/** Encrypts the sensitive values of one owner. What it gives out is safe to be stored; its format is that of the value. */
export interface Cipher {
  /** Whether it has a key. */
  readonly encrypts: boolean;

  /** @throws NoEncryptionKeyError */
  seal(place: SealedPlace, value: StoredValue): StoredValue;

  /** @throws SecretUnreadableError where its key is not known, or it was not sealed for this place */
  open(place: SealedPlace, sealed: StoredValue): StoredValue;
}

/** The cipher of a store without keys: it refuses sensitive values, which would be stored in clear. */
export const noCipher: Cipher = {
  encrypts: false,
  seal: ({ key }) => {
    throw new NoEncryptionKeyError(key);
  },
  open: ({ key }) => {
    throw new SecretUnreadableError(key, 'no encryption key is configured');
  },
};

/** Where ciphers come from: a `KeyRing`. */
export interface Encryption {
  cipherOf(owner: string): Cipher;
}

/** The owner that values are sealed for where a store has one alone. */
export const onlyOwner = 'default';
