import { StateError } from '@nexus-state/documents';

/** A body that is not JSON, not UTF-8, or has one member twice in an object. */
export class MalformedJson extends StateError {
  readonly code = 'malformed_json';
  constructor(reason: string) {
    super(`The body cannot be read as JSON: ${reason}`);
  }
}

/** A body over the limits of what is read at all: its bytes, or the values in it. */
export class BodyTooLarge extends StateError {
  readonly code = 'body_too_large';
  constructor() {
    super('The body is larger, or has more values, than this service reads. Send less at once.');
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

/** A request whose head or body did not come in time. */
export class RequestTimeout extends StateError {
  readonly code = 'request_timeout';
  constructor() {
    super('The request did not arrive in time. Send it at once, and smaller where the network is slow.');
  }
}

/** A request whose head is larger, or has more fields, than this service reads. */
export class HeadersTooLarge extends StateError {
  readonly code = 'headers_too_large';
  constructor() {
    super(
      'The path and headers of the request are larger than this service reads. Send fewer and shorter ones.',
    );
  }
}

/** Bytes that are no HTTP request. */
export class MalformedRequest extends StateError {
  readonly code = 'malformed_request';
  constructor() {
    super('What was sent is not a request of HTTP/1.1.');
  }
}

/** A browser's page that may not open a live connection. */
export class OriginNotAllowed extends StateError {
  readonly code = 'forbidden';
  constructor() {
    super('Pages of this origin may not connect. It is not one of CORS_ORIGINS.');
  }
}
