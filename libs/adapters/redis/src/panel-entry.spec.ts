import { GzipText } from './packed-text';
import { panelEntry, readPanelEntry } from './panel-entry';

const head = { version: 12, checkedAt: 1_700_000_000_000, epoch: '6f1c9a3e-0f0e-4c55-9b8e-0a6a6f0f5f11' };

/** What the release before compressed copies finds in an entry. */
function readBefore(text: string) {
  const end = text.indexOf('\n');
  const [version, checkedAt, epoch = ''] = text.slice(0, end).split(' ');
  return { version: Number(version), checkedAt: Number(checkedAt), epoch, document: text.slice(end + 1) };
}

describe('panelEntry', () => {
  it.each(['{"n":1}', '{"text":"line\\nline € 🌱"}', undefined])('keeps the document %s', (document) => {
    expect(readPanelEntry(Buffer.from(panelEntry({ ...head, document })))).toEqual({ ...head, document });
  });

  it('keeps a compressed document byte by byte, line feeds among them', async () => {
    const document = await GzipText.of(JSON.stringify(Array.from({ length: 500 }, () => Math.random())));
    const entry = panelEntry({ ...head, document });
    expect(Buffer.from(document.bytes)).toContain(0x0a);
    expect(readPanelEntry(Buffer.from(entry))).toEqual({ ...head, document });
  });

  it('is read by the release before as a copy of an epoch that never is, where the document is compressed', async () => {
    const { epoch } = head;
    const packed = panelEntry({ ...head, document: await GzipText.of('{"n":1}') }).toString('utf8');
    expect(readBefore(packed)).toMatchObject({
      version: 12,
      checkedAt: head.checkedAt,
      epoch: `gzip:${epoch}`,
    });
    const plain = panelEntry({ ...head, document: '{"n":1}' }).toString('utf8');
    expect(readBefore(plain)).toEqual({ ...head, document: '{"n":1}' });
    const unknown = panelEntry({ ...head, epoch: '', document: await GzipText.of('{}') }).toString('utf8');
    expect(readBefore(unknown).epoch).not.toBe('');
  });
});
