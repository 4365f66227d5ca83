import type { AuditRecord } from '../audit/model';
import type { AuditReader, AuditSink } from '../audit/ports';

/** What an adapter hands to this contract suite: an empty sink that can be read back. */
export interface AuditSinkUnderTest {
  readonly sink: AuditSink;
  readonly reader: AuditReader;
  readonly close?: () => Promise<void>;
}

/** A record of a read of the panel `garden/lamp`. */
export function anAuditRecord(facts: Partial<AuditRecord> = {}): AuditRecord {
  return {
    time: '2026-01-02T03:04:05.678Z',
    actor: 'ann',
    owner: 'ann',
    door: 'http',
    action: 'read',
    resource: { workspaceId: 'garden', panelId: 'lamp' },
    version: 1,
    outcome: 'ok',
    requestId: 'request-1',
    ...facts,
  };
}

/** The promises of `AuditSink` and `AuditReader`. */
export function describeAuditSink(name: string, open: () => Promise<AuditSinkUnderTest>): void {
  describe(`audit sink: ${name}`, () => {
    let subject: AuditSinkUnderTest;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject?.close?.());

    const at = (minute: number) => `2026-01-02T03:${String(minute).padStart(2, '0')}:00.000Z`;
    const numbered = (count: number) =>
      Array.from({ length: count }, (_, n) => anAuditRecord({ time: at(n), requestId: `request-${n}` }));
    const idsOf = (records: readonly AuditRecord[]) => records.map(({ requestId }) => requestId);

    /** All pages of a query. */
    const readAll = async (filter: object, limit: number): Promise<AuditRecord[]> => {
      const found: AuditRecord[] = [];
      for (let cursor: string | undefined; ;) {
        const { records, nextCursor } = await subject.reader.read({ ...filter, limit, cursor });
        expect(records.length).toBeLessThanOrEqual(limit);
        found.push(...records);
        if (nextCursor === null) return found;
        cursor = nextCursor;
      }
    };

    it('gives back what was appended, field by field', async () => {
      const records = [
        anAuditRecord(),
        anAuditRecord({ version: undefined, outcome: 'not_found', door: 'grpc', owner: 'bob' }),
        anAuditRecord({ action: 'list', resource: { workspaceId: 'garden' }, version: undefined }),
        anAuditRecord({ action: 'write', resource: { key: '/a/ü"\n€😀' }, version: 9_007_199_254_740_991 }),
        anAuditRecord({ action: 'watch', resource: {}, version: undefined, door: 'socket.io' }),
      ];
      await subject.sink.append(records);
      expect((await subject.reader.read({ limit: 10 })).records).toEqual(
        records.reverse().map((record) => JSON.parse(JSON.stringify(record))),
      );
    });

    it('is empty at first', async () => {
      expect(await subject.reader.read({ limit: 10 })).toEqual({ records: [], nextCursor: null });
    });

    it('lists the newest first, in pages without gaps and repeats', async () => {
      const records = numbered(25);
      await subject.sink.append(records.slice(0, 10));
      await subject.sink.append(records.slice(10));
      const expected = idsOf(records).reverse();
      for (const limit of [1, 7, 25, 100]) expect(idsOf(await readAll({}, limit))).toEqual(expected);
    });

    it('shows no record twice where others are added between two pages', async () => {
      await subject.sink.append(numbered(4));
      const first = await subject.reader.read({ limit: 2 });
      await subject.sink.append([anAuditRecord({ time: at(9), requestId: 'later' })]);
      const second = await subject.reader.read({ limit: 2, cursor: first.nextCursor as string });
      expect([idsOf(first.records), idsOf(second.records)]).toEqual([
        ['request-3', 'request-2'],
        ['request-1', 'request-0'],
      ]);
    });

    it('takes records of many at once, each whole', async () => {
      const batches = Array.from({ length: 20 }, (_, batch) =>
        Array.from({ length: 50 }, (_unused, n) => anAuditRecord({ requestId: `${batch}-${n}` })),
      );
      await Promise.all(batches.map((batch) => subject.sink.append(batch)));
      const found = await readAll({}, 300);
      expect(idsOf(found).sort()).toEqual(idsOf(batches.flat()).sort());
    });

    it('narrows to a time, from since to before until', async () => {
      await subject.sink.append(numbered(6));
      expect(idsOf(await readAll({ since: at(2), until: at(4) }, 1))).toEqual(['request-3', 'request-2']);
      expect(await readAll({ since: at(30) }, 10)).toEqual([]);
    });

    it('narrows to an actor and to a workspace, panel or key', async () => {
      const about = (requestId: string, resource: AuditRecord['resource'], actor = 'ann') =>
        anAuditRecord({ requestId, resource, actor });
      await subject.sink.append([
        about('lamp', { workspaceId: 'garden', panelId: 'lamp' }),
        about('fan', { workspaceId: 'garden', panelId: 'fan' }, 'bob'),
        about('list', { workspaceId: 'garden' }),
        about('other', { workspaceId: 'gardens', panelId: 'lamp' }),
        about('key', { key: '/garden/lamp' }),
        about('flat', { key: 'user:1' }),
      ]);
      const ids = async (filter: object) => idsOf(await readAll(filter, 100)).sort();
      expect(await ids({ resource: 'garden' })).toEqual(['fan', 'lamp', 'list']);
      expect(await ids({ resource: 'garden/lamp' })).toEqual(['lamp']);
      expect(await ids({ resource: '/garden/lamp' })).toEqual(['key']);
      expect(await ids({ resource: 'user:1' })).toEqual(['flat']);
      expect(await ids({ actor: 'bob' })).toEqual(['fan']);
      expect(await ids({ actor: 'ann', resource: 'garden/fan' })).toEqual([]);
    });

    it.each(['x', '-1', '99999999999999999999', '1:2', Buffer.from('none').toString('base64url')])(
      'refuses %j as a cursor',
      async (cursor) => {
        await subject.sink.append(numbered(2));
        await expect(subject.reader.read({ limit: 1, cursor })).rejects.toMatchObject({
          code: 'validation_failed',
        });
      },
    );
  });
}
