import { duration, wholeNumber } from './validators';

/** The settings of keys. */
export const keySettings = {
  KEYS_POOL_SIZE: wholeNumber(
    1,
    1000,
  )({
    default: 5,
    desc: 'Connections to PostgreSQL for keys, for each process of the state API, beside DATABASE_POOL_SIZE; one more listens for changes.',
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
} as const;
