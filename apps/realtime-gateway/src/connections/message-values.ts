import { maxTextValues } from '@nexus-state/nest-kit';

/** The reason in the answer to a message with more values than that. */
export const tooManyValues = `it has more than ${maxTextValues} values.`;
