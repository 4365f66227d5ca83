import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { auditLine } from '@nexus-state/state-core';
import { anAuditRecord, describeAuditSink } from '@nexus-state/state-core/testing/audit-sink.contract';
import { FileAuditReader } from './file-audit-reader';
import { FileAuditSink } from './file-audit-sink';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'audit-'));
  file = path.join(folder, 'logs', 'audit.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sinkOf = (maxBytes?: number) => new FileAuditSink({ file, ...(maxBytes && { maxBytes }), lookMs: 0 });
const numbered = (n: number) => anAuditRecord({ requestId: `request-${n}` });
const filesIn = () => readdirSync(path.dirname(file)).sort();

describeAuditSink('file', async () => {
  const place = mkdtempSync(path.join(tmpdir(), 'audit-'));
  const name = path.join(place, 'audit.log');
  const sink = new FileAuditSink({ file: name });
  const close = async () => {
    await sink.close();
    rmSync(place, { recursive: true, force: true });
  };
  return { sink, reader: new FileAuditReader(name), close };
});

describeAuditSink('many small files', async () => {
  const place = mkdtempSync(path.join(tmpdir(), 'audit-'));
  const name = path.join(place, 'audit.log');
  const sink = new FileAuditSink({ file: name, maxBytes: 1, lookMs: 0 });
  const close = async () => {
    await sink.close();
    rmSync(place, { recursive: true, force: true });
  };
  return { sink, reader: new FileAuditReader(name), close };
});

describe('the file of the audit log', () => {
  it('has one line of JSON for each record, for its user alone', async () => {
    const sink = sinkOf();
    await sink.append([numbered(1), numbered(2)]);
    await sink.close();
    expect(readFileSync(file, 'utf8')).toBe(`${auditLine(numbered(1))}\n${auditLine(numbered(2))}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('goes on where it ended', async () => {
    for (const n of [1, 2]) {
      const sink = sinkOf();
      await sink.append([numbered(n)]);
      await sink.close();
    }
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(3);
  });

  it('is renamed once it is too large, and read all the same, also by a cursor of before', async () => {
    const sink = sinkOf(500);
    const reader = new FileAuditReader(file);
    await sink.append([numbered(0), numbered(1), numbered(2)]);
    const first = await reader.read({ limit: 1 });
    await sink.append([numbered(3)]);
    expect(filesIn()).toEqual([expect.stringMatching(/^audit\.2.*\.log$/), 'audit.log']);
    const second = await reader.read({ limit: 1, cursor: first.nextCursor as string });
    expect([...first.records, ...second.records]).toEqual([numbered(2), numbered(1)]);
    expect((await reader.read({ limit: 10 })).records).toEqual([3, 2, 1, 0].map(numbered));
    await sink.close();
  });

  it('is shared by several processes, of which each may begin a new one', async () => {
    const sinks = [sinkOf(2_000), sinkOf(2_000), sinkOf(2_000)];
    await Promise.all(
      Array.from({ length: 300 }, (_, n) => sinks[n % 3]?.append([numbered(n)]) ?? Promise.resolve()),
    );
    const { records } = await new FileAuditReader(file).read({ limit: 1000 });
    const ids = records.map(({ requestId }) => requestId).sort();
    expect(ids).toEqual(Array.from({ length: 300 }, (_, n) => `request-${n}`).sort());
    expect(filesIn().length).toBeGreaterThan(2);
    await Promise.all(sinks.map((sink) => sink.close()));
  });

  it('is begun anew where it was taken away', async () => {
    const sink = sinkOf();
    await sink.append([numbered(1)]);
    rmSync(file);
    await sink.append([numbered(2)]);
    expect((await new FileAuditReader(file).read({ limit: 10 })).records).toEqual([numbered(2)]);
    await sink.close();
  });

  it('is read past a line that was left unfinished', async () => {
    const sink = sinkOf();
    await sink.append([numbered(1)]);
    appendFileSync(file, '{"time":"20\n');
    await sink.append([numbered(2)]);
    expect((await new FileAuditReader(file).read({ limit: 10 })).records).toEqual([numbered(2), numbered(1)]);
    await sink.close();
  });

  it('is refused as unavailable where it cannot be written, and works once it can', async () => {
    writeFileSync(path.join(folder, 'logs'), 'in the way');
    const sink = sinkOf();
    await expect(sink.append([numbered(1)])).rejects.toMatchObject({ code: 'unavailable' });
    rmSync(path.join(folder, 'logs'));
    await sink.append([numbered(1)]);
    expect((await new FileAuditReader(file).read({ limit: 10 })).records).toEqual([numbered(1)]);
    await sink.close();
  });
});
