import { TransportError } from '../problems/transport-error';

/** No token, or one that does not prove who is calling. */
export class Unauthorized extends TransportError {
  readonly code = 'unauthorized';
  /** @param reason what is wrong with the token, without quoting it */
  constructor(reason: string) {
    super(reason);
  }
}
