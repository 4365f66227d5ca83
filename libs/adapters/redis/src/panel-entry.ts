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
  const isPacked = epoch.startsWith(packedMark);
  const document = isPacked ? new GzipText(entry.subarray(end + 1)) : entry.toString('utf8', end + 1);
  // Composed at once: to copy an object with the time in it takes eight times as long as all of this.
  return {
    version: Number(version),
    checkedAt: Number(checkedAt),
    epoch: isPacked ? epoch.slice(packedMark.length) : epoch,
    document: document === '' ? undefined : document,
  };
}
