interface HeaderFacts {
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

const text = { type: 'string' };

/** The headers of requests that mean something here, beside `Authorization`. */
export const requestHeaders = {
  'If-Match': {
    description:
      'The base version of the change, as in `ETag`; `*` for any version. 400 if a `version` in the body or query contradicts it.',
    schema: text,
  },
  'If-None-Match': {
    description:
      'On a read: the versions that the client has, or `*`. On a write: `*`, if the panel must not exist.',
    schema: text,
  },
  'Cache-Control': { description: 'With `no-cache`, the response comes from the database.', schema: text },
  'Accept-Encoding': {
    description:
      'With `gzip`, a large panel whose cached copy is compressed is answered as it is cached; see `Content-Encoding`.',
    schema: text,
  },
  'Idempotency-Key': {
    description:
      'Identifies the request within the caller and workspace; 1–255 opaque octets. Repeating a request (method, path, query and body) with its key returns the first response and changes nothing; another request with the same key is refused with 422. Keys are kept for at least 24 hours.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  'Nexus-Lock': {
    description:
      "A lock of the caller's that the change is made under, and the fencing token that it was given out under: `<name>; fence=<n>`. The same as `lock` in the body; 400 where the two disagree.",
    schema: text,
  },
  'Nexus-Turn': {
    description:
      'The turn that the change belongs to. The same as `turnId` in the body; 400 where the two disagree.',
    schema: text,
  },
  'Last-Event-ID': {
    description: 'The `id` of the last received event: the stream continues after it, as with `cursor`.',
    schema: text,
  },
  Prefer: {
    description: 'With `respond-async` (RFC 7240), the response does not wait for the job.',
    schema: text,
  },
  'X-Workspace-Owner': {
    description: 'The owner of the workspace, in UTF-8; must equal the parameter `owner` if both are sent.',
    schema: text,
  },
  'X-Request-Id': {
    description:
      'The id of the request in the response and the logs; generated if missing or not 1–128 printable ASCII characters.',
    schema: text,
  },
} as const satisfies Record<string, HeaderFacts>;

/** The headers of answers, beside those of HTTP itself. */
export const responseHeaders = {
  ETag: {
    description: 'The version, in quotes; a weak tag (`W/`) where the answer has a `Content-Encoding`.',
    schema: text,
  },
  'Cache-Control': { description: '`no-store` where the value is sensitive, else `no-cache`.', schema: text },
  'Content-Encoding': { description: '`gzip` where the body is compressed.', schema: text },
  Location: { description: 'The address of the created resource.', schema: text },
  'Nexus-Revision': {
    description: 'The revision of the workspace that the write made, as `revision` in the body.',
    schema: { type: 'integer' },
  },
  'Preference-Applied': { description: 'The preference that was applied.', schema: text },
  'Retry-After': { description: 'Seconds to wait before trying again.', schema: { type: 'integer' } },
  RateLimit: {
    description:
      'The rate limit closest to exhaustion: its name, `r` requests left, for `t` seconds. Missing without a limit.',
    schema: text,
  },
  'RateLimit-Policy': {
    description: 'That limit: its name, and `q` requests in `w` seconds.',
    schema: text,
  },
  Accept: { description: 'The content types that the body may have.', schema: text },
  'Accept-Patch': { description: 'The content types that a PATCH may have.', schema: text },
  Vary: { description: 'The headers of the request that the answer depends on.', schema: text },
  'WWW-Authenticate': { description: 'How to authenticate.', schema: text },
  'X-Cache': {
    description: 'The origin of the response: `hit` from the cache, `miss` and `bypass` from the database.',
    schema: { type: 'string', enum: ['hit', 'miss', 'bypass'] },
  },
  'X-Request-Id': { description: 'The id of the request.', schema: text },
} as const satisfies Record<string, HeaderFacts>;

export type RequestHeader = keyof typeof requestHeaders;
export type ResponseHeader = keyof typeof responseHeaders;
