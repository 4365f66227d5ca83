import { TransportError } from './transport-error';

/** A body that is not JSON, not UTF-8, or has one member twice in an object. */
export class MalformedJson extends TransportError {
  readonly code = 'malformed_json';
  constructor(reason: string) {
    super(`The body cannot be read as JSON: ${reason}`);
  }
}

/** A body over the limits of what is read at all: its bytes, or the values in it. */
export class BodyTooLarge extends TransportError {
  readonly code = 'body_too_large';
  constructor() {
    super('The body is larger, or has more values, than this service reads. Send less at once.');
  }
}

/** A content type that the route does not take. */
export class UnsupportedMediaType extends TransportError {
  readonly code = 'unsupported_media_type';
  /** @param supported the content types that the route takes */
  constructor(supported: readonly string[]) {
    super(`Send one of these content types: ${supported.join(', ')}.`, { supported });
  }
}

/** A body in a content coding that its route does not decode. */
export class UnsupportedContentCoding extends TransportError {
  readonly code = 'unsupported_media_type';
  /** @param supported the codings that it takes; `identity` is none */
  constructor(supported: readonly string[]) {
    super(`The content coding must be one of ${supported.join(', ')}: send the body uncompressed.`, {
      supportedCodings: supported,
    });
  }
}

/** A path that exists, for a method that it does not have. */
export class MethodNotAllowed extends TransportError {
  readonly code = 'method_not_allowed';
  /** @param allowed the methods that the path has */
  constructor(method: string, allowed: readonly string[]) {
    super(`${method} is not possible here; ${allowed.join(', ')} are.`, { allowed });
  }
}

/** An `Expect` that is not `100-continue`. */
export class ExpectationFailed extends TransportError {
  readonly code = 'expectation_failed';
  constructor() {
    super('The only supported expectation is "Expect: 100-continue". Send the request without any other.');
  }
}

/** A path that no route serves. */
export class RouteNotFound extends TransportError {
  readonly code = 'not_found';
  constructor(method: string) {
    super(`There is no route for ${method} at this path.`);
  }
}

/** A request whose head or body did not come in time. */
export class RequestTimeout extends TransportError {
  readonly code = 'request_timeout';
  constructor() {
    super('The request did not arrive in time. Send it at once, and smaller where the network is slow.');
  }
}

/** A request whose head is larger, or has more fields, than this service reads. */
export class HeadersTooLarge extends TransportError {
  readonly code = 'headers_too_large';
  constructor() {
    super(
      'The path and headers of the request are larger than this service reads. Send fewer and shorter ones.',
    );
  }
}

/** Bytes that are not a valid request of HTTP/1.1. */
export class MalformedRequest extends TransportError {
  readonly code = 'malformed_request';
  /** @param reason what is wrong, as a sentence */
  constructor(reason?: string) {
    super(`What was sent is not a request of HTTP/1.1.${reason === undefined ? '' : ` ${reason}`}`);
  }
}

/** A browser's page that may not open a live connection. */
export class OriginNotAllowed extends TransportError {
  readonly code = 'forbidden';
  constructor() {
    super('Pages of this origin may not connect. It is not one of CORS_ORIGINS.');
  }
}

/** A session that is not there, is over, or belongs to another caller. */
export class SessionNotFound extends TransportError {
  readonly code = 'not_found';
  constructor() {
    super('There is no such session. Begin a new one.');
  }
}
