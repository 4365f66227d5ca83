import { createHash } from 'node:crypto';

/** The longest name of a file that common file systems allow, in bytes (POSIX NAME_MAX on Linux and macOS). */
const NAME_MAX = 255;

/** Names that Windows keeps for devices, with any extension. */
const windowsDevice = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** How a file name is made. */
export interface FileNameRule {
  /** Ends the name, e.g. `.json`. */
  readonly extension: string;
  /**
   * Whether names must differ by more than the case of their letters, because their file system may be
   * case-insensitive. Upper-case letters are then encoded, too.
   */
  readonly foldsCase?: boolean;
}

/**
 * A file name for any text, safe on Linux, macOS and Windows; different texts get different names.
 *
 * Letters, digits and `. _ ~ -` stay; every other byte of the UTF-8 text is percent-encoded (RFC 3986 section 2.1),
 * as are a leading dot and the first letter of a Windows device name. Where the name would be longer than 255
 * bytes it is cut, and ends with `%~` and the SHA-256 of the text: `%~` never occurs in an encoded text.
 */
export function safeFileName(text: string, { extension, foldsCase = false }: FileNameRule): string {
  const encoded = encode(text, foldsCase);
  if (encoded.length + extension.length <= NAME_MAX) return encoded + extension;
  const ending = `%~${createHash('sha256').update(text).digest('hex')}${extension}`;
  return encoded.slice(0, NAME_MAX - ending.length).replace(/%[0-9A-F]?$/, '') + ending;
}

function encode(text: string, foldsCase: boolean): string {
  const unsafe = foldsCase ? /[^a-z0-9._~-]/g : /[^A-Za-z0-9._~-]/g;
  const encoded = Buffer.from(text).toString('latin1').replace(unsafe, percent);
  const startsUnsafe = encoded.startsWith('.') || windowsDevice.test(encoded);
  return startsUnsafe ? percent(encoded[0] as string) + encoded.slice(1) : encoded;
}

function percent(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
