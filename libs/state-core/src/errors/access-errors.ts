import { StateError } from '@nexus-state/documents';

/** No token, or one that does not prove who is calling. */
export class Unauthorized extends StateError {
  readonly code = 'unauthorized';
  /** @param reason what is wrong with the token, without quoting it */
  constructor(reason: string) {
    super(reason);
  }
}

/** The token is good, but does not carry the scope this call needs. */
export class Forbidden extends StateError {
  readonly code = 'forbidden';
  constructor(requiredScope: string) {
    super(`This needs the scope "${requiredScope}", which the token does not carry.`, { requiredScope });
  }
}

/** A connection that would show itself in a panel that it does not follow. */
export class NotSubscribed extends StateError {
  readonly code = 'forbidden';
  constructor(panelId: string) {
    super(`This connection is not subscribed to panel "${panelId}". Subscribe to it, or to "*", first.`, {
      panelId,
    });
  }
}
