import type { CachedPanel } from '@nexus-state/state-core';
import { GzipText } from './packed-text';

const lineFeed = 0x0a;

/** Before the epoch, where the document is compressed: a release that does not know of it finds an epoch that is none, and no copy. */
const packedMark = 'gzip:';

/**
 * A copy as Redis keeps it: `<version> <checked at> <epoch>\n<document>`, nothing after the line feed when deleted;
 * `<version> <checked at> gzip:<epoch>\n<bytes>` when compressed.
 */
export function panelEntry({ version, checkedAt, epoch, document = '' }: CachedPanel): string | Buffer {
  if (typeof document === 'string') return `${version} ${checkedAt} ${epoch}\n${document}`;
  return Buffer.concat([Buffer.from(`${version} ${checkedAt} ${packedMark}${epoch}\n`), document.bytes]);
}

/** The copy in an entry; one of the release before epochs has none. */
export function readPanelEntry(entry: Buffer): CachedPanel {
  const end = entry.indexOf(lineFeed);
  const [version, checkedAt, epoch = ''] = entry.toString('latin1', 0, end).split(' ');
  const head = { version: Number(version), checkedAt: Number(checkedAt) };
  if (epoch.startsWith(packedMark)) {
    const document = new GzipText(entry.subarray(end + 1));
    return { ...head, epoch: epoch.slice(packedMark.length), document };
  }
  const document = entry.toString('utf8', end + 1);
  return { ...head, epoch, document: document === '' ? undefined : document };
}
