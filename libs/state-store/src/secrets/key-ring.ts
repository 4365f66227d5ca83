import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  type Cipher,
  type Encryption,
  InvalidArgumentError,
  type SealedPlace,
  SecretUnreadableError,
  type StoredValue,
} from '../model';
import { ivBytes, packEnvelope, prefixOf, tagBytes, unpackEnvelope } from './envelope';

/** A key of AES-256-GCM. */
export interface EncryptionKey {
  /** Stored in clear with every value that was sealed with it: 1–64 of `A-Z a-z 0-9 . _ -`. */
  readonly id: string;
  /** 32 random bytes. */
  readonly bytes: Uint8Array;
}

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const idForm = /^[A-Za-z0-9._-]{1,64}$/;
const base64Form = /^[A-Za-z0-9+/]{43}=$/;

/**
 * The keys that sensitive values are sealed with: the first one seals, all of them open. A value can be opened only for the
 * owner, the key and the version that it was sealed for. One key should seal no more than 2^32 values.
 */
export class KeyRing implements Encryption {
  readonly #keys = new Map<string, Buffer>();
  /** The id of the key that seals. */
  readonly newestId: string;

  /**
   * @param keys newest first
   * @throws InvalidArgumentError for none, a bad id, bytes of another length, and an id or bytes that are there twice
   */
  constructor(keys: readonly EncryptionKey[]) {
    keys.forEach(({ id, bytes }, index) => {
      const refuse = (reason: string) => refusal(index, reason);
      if (!idForm.test(id)) throw refuse('its id has to be 1–64 of A-Z a-z 0-9 . _ -');
      if (this.#keys.has(id)) throw refuse('another key has the same id');
      if (bytes.byteLength !== keyBytes) throw refuse(`it has to have ${keyBytes} bytes`);
      if (bytes.every((byte) => byte === bytes[0])) throw refuse('its bytes have to be random');
      if ([...this.#keys.values()].some((known) => known.equals(bytes)))
        throw refuse('another key has the same bytes');
      this.#keys.set(id, Buffer.from(bytes));
    });
    const [newest] = this.#keys.keys();
    if (newest === undefined) throw new InvalidArgumentError('keys', 'give at least one.');
    this.newestId = newest;
  }

  /**
   * Reads keys as `id:base64,id:base64`, newest first; each has 32 bytes.
   * @throws InvalidArgumentError, which quotes no key
   */
  static parse(text: string): KeyRing {
    return new KeyRing(
      text.split(',').map((part, index) => {
        const [id = '', encoded = '', ...rest] = part.trim().split(':');
        if (rest.length > 0 || !base64Form.test(encoded)) {
          throw refusal(index, 'it has to be an id, a colon, and 32 bytes in Base64');
        }
        return { id, bytes: Buffer.from(encoded, 'base64') };
      }),
    );
  }

  /** The ids of all keys, newest first. */
  get ids(): readonly string[] {
    return [...this.#keys.keys()];
  }

  /** What every value begins with that was sealed with the newest key. */
  get newestPrefix(): Uint8Array {
    return prefixOf(this.newestId);
  }

  /** What seals and opens the values of an owner. */
  cipherOf(owner: string): Cipher {
    return {
      encrypts: true,
      seal: (place, value) => this.#seal(boundTo(owner, place, value), value),
      open: (place, sealed) => this.#open(boundTo(owner, place, sealed), place, sealed),
    };
  }

  #seal(bound: Buffer, { format, bytes }: StoredValue): StoredValue {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, this.#keys.get(this.newestId) as Buffer, iv);
    cipher.setAAD(bound);
    const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final()]);
    return {
      format,
      bytes: packEnvelope({ keyId: this.newestId, iv, ciphertext, tag: cipher.getAuthTag() }),
    };
  }

  #open(bound: Buffer, { key }: SealedPlace, { format, bytes }: StoredValue): StoredValue {
    const envelope = unpackEnvelope(bytes);
    if (!envelope) throw new SecretUnreadableError(key, 'it is not encrypted');
    const { keyId, iv, ciphertext, tag } = envelope;
    const secret = this.#keys.get(keyId);
    if (!secret) throw new SecretUnreadableError(key, 'the encryption key is not known', keyId);
    const decipher = createDecipheriv(algorithm, secret, iv, { authTagLength: tagBytes });
    decipher.setAAD(bound).setAuthTag(tag);
    try {
      return { format, bytes: Buffer.concat([decipher.update(ciphertext), decipher.final()]) };
    } catch {
      throw new SecretUnreadableError(key, 'it was altered, or belongs to another key or version', keyId);
    }
  }
}

/** What a value is sealed for. Each part has its length before it, so that no two places are the same bytes. */
function boundTo(owner: string, { key, version }: SealedPlace, { format }: StoredValue): Buffer {
  const parts = ['nexus-state/kv/1', owner, key, String(version), format].map((part) => Buffer.from(part));
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
}

function refusal(index: number, reason: string): InvalidArgumentError {
  return new InvalidArgumentError('keys', `key ${index + 1} cannot be used: ${reason}.`);
}
