import { StateError } from '@nexus-state/state-core';

/** A message that cannot be read, or is none that the gateway knows. */
export class BadMessage extends StateError {
  readonly code = 'bad_message';
  /** @param reason what is wrong, without quoting the message */
  constructor(reason: string) {
    super(`The message cannot be read: ${reason}`);
  }
}
