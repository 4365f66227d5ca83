import { duration, keyRing, wholeNumber } from './validators';

/** The settings of keys. */
export const keySettings = {
  KEYS_POOL_SIZE: wholeNumber(
    1,
    1000,
  )({
    default: 5,
    desc: 'Connections to PostgreSQL for keys, for each process of the state API and the gateway, beside DATABASE_POOL_SIZE; one more listens for changes.',
  }),
  KEYS_MAX_CHANGES: wholeNumber(
    1,
    10_000_000,
  )({
    default: 10_000,
    desc: 'How many changes of the keys of an owner are kept for watches.',
  }),
  KEYS_MAX_AGE: duration(
    1_000,
    31_536_000_000,
  )({
    default: 86_400_000,
    desc: 'How long changes of keys are kept for watches.',
  }),
  STATE_ENCRYPTION_KEYS: keyRing({
    default: undefined,
    desc: 'Keys that sensitive values are encrypted with (AES-256-GCM), newest first: an id, a colon, and 32 bytes in Base64 each, separated by commas. The first one encrypts, all of them decrypt. Without it, sensitive values are refused.',
    example: '2026-07:<output of: openssl rand -base64 32>',
  }),
} as const;
