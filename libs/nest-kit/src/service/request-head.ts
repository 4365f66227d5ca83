import type { IncomingMessage } from 'node:http';
import { ValidationFailed } from '@nexus-state/documents';
import { ExpectationFailed, HeadersTooLarge, MalformedRequest } from '../problems/http-refusals';
import { hasTooManyHeaders } from './http-limits';

/** RFC 3986, section 3.2.2 and 3.2.3: a name, an IPv4 address or an IP literal in brackets, and a port. It may be empty. */
const hostPattern = /^(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\[[A-Za-z0-9:.%_~-]+\])(?::\d*)?$/;

const safeMethods: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Checks what the head of a request says to every route alike.
 * @throws HeadersTooLarge; MalformedRequest without exactly one valid `Host` (RFC 9112, section 3.2), or in a
 *   transfer coding other than chunked (section 6.1); ExpectationFailed
 *   (RFC 9110, section 10.1.1); ValidationFailed for a part of a representation (RFC 9110, section 14.4)
 */
export function checkHead({ httpVersion, method, headers, rawHeaders }: IncomingMessage): void {
  if (hasTooManyHeaders(rawHeaders)) throw new HeadersTooLarge();
  const isHttp10 = httpVersion === '1.0';
  const hosts = countOf('host', rawHeaders);
  if (hosts > 1) throw new MalformedRequest('It has more than one "Host".');
  if (hosts === 0 && !isHttp10) throw new MalformedRequest('It has no "Host".');
  if (hosts === 1 && !hostPattern.test(headers.host ?? '')) {
    throw new MalformedRequest('Its "Host" is no name or address.');
  }
  const { expect, 'transfer-encoding': transferCoding } = headers;
  if (transferCoding !== undefined && transferCoding.toLowerCase() !== 'chunked') {
    throw new MalformedRequest('Its "Transfer-Encoding" is not "chunked".');
  }
  if (expect !== undefined && !isHttp10 && expect.toLowerCase() !== '100-continue') {
    throw new ExpectationFailed();
  }
  if (headers['content-range'] !== undefined && !safeMethods.has(method)) {
    const message = 'is not supported: send the whole representation, or use PATCH';
    throw new ValidationFailed([{ pointer: 'Content-Range', message }]);
  }
}

/** Node.js keeps the first of several fields that may occur once, and drops the others. */
function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const given = rawHeaders[index] as string;
    if (given.length === name.length && given.toLowerCase() === name) count++;
  }
  return count;
}
