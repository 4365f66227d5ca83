interface HeaderFacts {
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

const text = { type: 'string' };

/** The headers of requests that mean something here, beside `Authorization`. */
export const requestHeaders = {
  'If-Match': {
    description:
      'The version that the change is based on, as `ETag` gave it out; `*` for whatever is there. 400 where a `version` in the body or query contradicts it.',
    schema: text,
  },
  'If-None-Match': {
    description:
      'On a read: versions that the caller has, or `*`. On a write: `*`, where nothing may be there.',
    schema: text,
  },
  'Cache-Control': { description: 'With `no-cache`, the answer comes from the database.', schema: text },
  'Idempotency-Key': {
    description:
      'Names the request for its caller and workspace, by 1–255 opaque octets: the same request (method, path, query and body) under the same key gets the first answer again and changes nothing; another request under it is refused with 422. Keys are kept for at least 24 hours.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  'Last-Event-ID': {
    description: 'The `id` of the last event that was received: goes on behind it, as `cursor` does.',
    schema: text,
  },
  Prefer: {
    description: 'With `respond-async` (RFC 7240), the answer does not wait for the work.',
    schema: text,
  },
  'X-Workspace-Owner': {
    description:
      'Whose workspace is meant, in UTF-8; where the parameter `owner` is there, too, it has to agree.',
    schema: text,
  },
  'X-Request-Id': {
    description:
      'An id for the answer and the log; a new one where it is missing or not 1–128 of printable ASCII.',
    schema: text,
  },
} as const satisfies Record<string, HeaderFacts>;

/** The headers of answers, beside those of HTTP itself. */
export const responseHeaders = {
  ETag: { description: 'The version, in quotes.', schema: text },
  Location: { description: 'Where to find what was made.', schema: text },
  'Preference-Applied': { description: 'The preference that was followed.', schema: text },
  'Retry-After': { description: 'Seconds to wait before trying again.', schema: { type: 'integer' } },
  RateLimit: {
    description:
      'How the limit stands that is nearest to its end: its name, `r` requests left, for `t` seconds. Missing where there is no limit.',
    schema: text,
  },
  'RateLimit-Policy': {
    description: 'That limit: its name, and `q` requests in `w` seconds.',
    schema: text,
  },
  Accept: { description: 'The content types that the body may have.', schema: text },
  'Accept-Patch': { description: 'The content types that a PATCH may have.', schema: text },
  'WWW-Authenticate': { description: 'How to authenticate.', schema: text },
  'X-Cache': {
    description: 'Where the answer comes from: `hit` from the cache, `miss` and `bypass` from the database.',
    schema: { type: 'string', enum: ['hit', 'miss', 'bypass'] },
  },
  'X-Request-Id': { description: 'The id of the request.', schema: text },
} as const satisfies Record<string, HeaderFacts>;

export type RequestHeader = keyof typeof requestHeaders;
export type ResponseHeader = keyof typeof responseHeaders;
