import { isUtf8 } from 'node:buffer';

/**
 * The text of a header field that holds UTF-8. Node.js decodes the octets of a field value as ISO-8859-1, as RFC 9110,
 * section 5.5, leaves everything beyond US-ASCII opaque.
 * @param value as Node.js hands it over
 * @returns undefined when the octets are not UTF-8
 */
export function utf8HeaderText(value: string): string | undefined {
  const octets = Buffer.from(value, 'latin1');
  return isUtf8(octets) ? octets.toString('utf8') : undefined;
}
