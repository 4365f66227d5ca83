import { CoreError } from './core-error';

/** No such key: never written, deleted, or out of the caller's reach. */
export class KeyNotFound extends CoreError {
  readonly code = 'not_found';
  constructor(key: string) {
    super(`There is nothing at the key ${JSON.stringify(key)}.`, { key });
  }
}
