import { CoreError } from './core-error';

/** The token is good, but does not carry the scope this call needs. */
export class Forbidden extends CoreError {
  readonly code = 'forbidden';
  constructor(requiredScope: string) {
    super(`This request requires the scope "${requiredScope}", which the token does not have.`, {
      requiredScope,
    });
  }
}

/** Presence of a subscriber in a panel that it is not subscribed to. */
export class NotSubscribed extends CoreError {
  readonly code = 'forbidden';
  constructor(panelId: string) {
    super(`This connection is not subscribed to panel "${panelId}". Subscribe to it, or to "*", first.`, {
      panelId,
    });
  }
}
