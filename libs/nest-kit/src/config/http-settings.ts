import { duration, textList, wholeNumber } from './validators';

/** The settings of what every service takes over HTTP. */
export const httpSettings = {
  HTTP_HEADERS_TIMEOUT: duration(
    100,
    600_000,
  )({
    default: 10_000,
    desc: 'How long the head of a request may take to arrive; a connection that is opened and says nothing is ended then, too.',
  }),
  HTTP_REQUEST_TIMEOUT: duration(
    100,
    3_600_000,
  )({ default: 60_000, desc: 'How long a request may take to arrive whole. Answers may take longer.' }),
  HTTP_KEEP_ALIVE_TIMEOUT: duration(
    100,
    3_600_000,
  )({
    default: 72_000,
    desc: 'How long a connection is kept open between two requests; longer than the proxy in front keeps it.',
  }),
  HTTP_HEADER_BYTES: wholeNumber(
    4096,
    1024 * 1024,
  )({ default: 16 * 1024, desc: 'The largest head of a request: path and headers together.' }),
  HTTP_CONNECTIONS: wholeNumber(
    1,
    1_000_000,
  )({ default: 10_000, desc: 'Connections that each service takes at once, live ones included.' }),
  CORS_ORIGINS: textList({
    default: [],
    desc: 'Origins that browsers may call and connect from, as a JSON list.',
  }),
};
