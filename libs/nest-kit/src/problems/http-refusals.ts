import { StateError } from '@nexus-state/state-core';

/** A body that is not JSON, or not UTF-8. */
export class MalformedJson extends StateError {
  readonly code = 'malformed_json';
  constructor(reason: string) {
    super(`The body cannot be read as JSON: ${reason}`);
  }
}

/** A body over the limit of what is read at all. */
export class BodyTooLarge extends StateError {
  readonly code = 'body_too_large';
  constructor() {
    super('The body is larger than this service reads. Send less at once.');
  }
}

/** A content type that the route does not take. */
export class UnsupportedMediaType extends StateError {
  readonly code = 'unsupported_media_type';
  /** @param supported the content types that the route takes */
  constructor(supported: readonly string[]) {
    super(`Send one of these content types: ${supported.join(', ')}.`, { supported });
  }
}

/** A path that no route serves. */
export class RouteNotFound extends StateError {
  readonly code = 'not_found';
  constructor(method: string) {
    super(`There is no route for ${method} at this path.`);
  }
}
