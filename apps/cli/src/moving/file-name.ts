import { createHash } from 'node:crypto';

const ending = '.json';
/** What common file systems allow, in bytes. */
const longest = 255;

/** Names that Windows keeps for devices, with any extension. */
const windowsDevice = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** The file of a panel: the same name that it has in the repository of snapshots. A long one is cut, and ends with a checksum. */
export function fileNameOf(panelId: string): string {
  const encoded = panelId.replace(/[^A-Za-z0-9._~-]/g, encodeURIComponent);
  const isUnsafe = encoded.startsWith('.') || windowsDevice.test(encoded);
  const code = encoded.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
  const safe = isUnsafe ? `%${code}${encoded.slice(1)}` : encoded;
  if (safe.length + ending.length <= longest) return safe + ending;
  const tail = `%~${createHash('sha256').update(panelId).digest('hex')}${ending}`;
  return safe.slice(0, longest - tail.length).replace(/%[0-9A-F]?$/, '') + tail;
}

/** Whether a file holds the state of a panel. */
export function isPanelFile(name: string): boolean {
  return name.endsWith(ending);
}

/**
 * The panel of a file.
 * @returns undefined where the name does not tell it
 */
export function panelIdOf(fileName: string): string | undefined {
  const name = fileName.slice(0, -ending.length);
  if (name.includes('%~')) return undefined;
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}
