import { type Manifest, manifestChanges, manifestText, parseManifest } from './manifest';

const panel = (version: number, checksum = `sum-${version}`) => ({ version, checksum });

function aManifest(panels: [string, ReturnType<typeof panel>][]): Manifest {
  return {
    workspaceId: 'ws',
    snapshotId: '6f0d8f3e-3d1c-4b2e-9a55-000000000001',
    type: 'manual',
    createdAt: '2026-01-02T03:04:05.678Z',
    revision: 7,
    totalSizeBytes: 12,
    panels: new Map(panels),
  };
}

describe('manifest', () => {
  it('is sorted, indented text', () => {
    expect(
      manifestText(
        aManifest([
          ['b', panel(2)],
          ['a', panel(1)],
        ]),
      ),
    ).toBe(`{
  "createdAt": "2026-01-02T03:04:05.678Z",
  "panelCount": 2,
  "panels": {
    "a": {
      "checksum": "sum-1",
      "version": 1
    },
    "b": {
      "checksum": "sum-2",
      "version": 2
    }
  },
  "revision": 7,
  "snapshotId": "6f0d8f3e-3d1c-4b2e-9a55-000000000001",
  "totalSizeBytes": 12,
  "type": "manual",
  "workspaceId": "ws"
}
`);
  });

  it('reads back what it wrote, with panels of any name', () => {
    const manifest = aManifest([
      ['__proto__', panel(3)],
      ['constructor', panel(1)],
      ['10', panel(9)],
    ]);
    const read = parseManifest(manifestText(manifest));
    expect(read).toMatchObject({ workspaceId: 'ws', totalSizeBytes: 12 });
    expect(new Map([...(read?.panels ?? [])].sort())).toEqual(new Map([...manifest.panels].sort()));
  });

  it.each([
    '',
    '[]',
    '{}',
    '{"panels":{}}',
    manifestText(aManifest([])).replace('"panels": {}', '"panels": {"a": 1}'),
  ])('does not take %j for a manifest', (text) => expect(parseManifest(text)).toBeUndefined());

  it('finds what was written and what was removed', () => {
    const before = new Map([
      ['same', panel(1)],
      ['newer', panel(1)],
      ['other', panel(1)],
      ['gone', panel(4)],
    ]);
    const after = new Map([
      ['same', panel(1)],
      ['newer', panel(2)],
      ['other', panel(1, 'x')],
      ['new', panel(1)],
    ]);
    expect(manifestChanges(before, after)).toEqual({ written: ['newer', 'other', 'new'], removed: ['gone'] });
  });
});
