import { MemoryAuditSink } from '../memory';
import { eventually } from '../testing/eventually';
import { anAuditRecord } from '../testing/audit-sink.contract';
import { AuditLog, type AuditRules } from './audit-log';
import type { AuditRecord } from './model';

/** A sink that can be switched off, and whose appends can be held back. */
class SwitchedSink extends MemoryAuditSink {
  isOff = false;
  batches: number[] = [];
  gate: Promise<void> | undefined;

  override async append(records: readonly AuditRecord[]): Promise<void> {
    await this.gate;
    if (this.isOff) throw new Error('off');
    this.batches.push(records.length);
    await super.append(records);
  }
}

const quick = { retryMs: [5, 5], patienceMs: 50, gatherMs: 5 } as const;

function logWith(rules: Partial<AuditRules> = {}, random?: () => number) {
  const sink = new SwitchedSink();
  const seen = { kept: 0, failed: 0, recovered: 0, dropped: 0 };
  const observer = {
    kept: (records: number) => void (seen.kept += records),
    failed: () => void seen.failed++,
    recovered: () => void seen.recovered++,
    dropped: (records: number) => void (seen.dropped += records),
  };
  const all: AuditRules = { reads: 1, onFailure: 'refuse', ...quick, ...rules };
  return { sink, seen, log: new AuditLog(sink, all, observer, random) };
}

const write = (requestId: string) => anAuditRecord({ action: 'write', requestId });
const ids = ({ records }: MemoryAuditSink) => records.map(({ requestId }) => requestId);

describe('the audit log', () => {
  it('keeps a write before the write ends', async () => {
    const { sink, log } = logWith();
    await log.requireWritable();
    await log.keep([write('a'), write('b')]);
    expect(ids(sink)).toEqual(['a', 'b']);
    await log.close();
  });

  it('gathers what comes while the sink is busy, in order', async () => {
    const { sink, log, seen } = logWith();
    let open = () => {};
    sink.gate = new Promise((resolve) => (open = resolve));
    const writes = Array.from({ length: 20 }, (_, n) => log.keep([write(String(n))]));
    open();
    await Promise.all(writes);
    expect(sink.batches).toEqual([1, 19]);
    expect(ids(sink)).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));
    expect([seen.kept, log.waiting]).toEqual([20, 0]);
    await log.close();
  });

  it('lets reads wait for nothing, and keeps them soon', async () => {
    const { sink, log } = logWith();
    log.note(anAuditRecord({ requestId: 'r' }));
    expect(ids(sink)).toEqual([]);
    await eventually(() => ids(sink).length === 1, 'the read to be kept');
    await log.close();
  });

  it('keeps what was noted when it closes', async () => {
    const { sink, log } = logWith({ gatherMs: 60_000 });
    log.note(anAuditRecord({ requestId: 'r' }));
    expect(await log.close()).toEqual([]);
    expect(ids(sink)).toEqual(['r']);
  });

  it('gives back on closing what the sink does not take', async () => {
    const { sink, log } = logWith();
    sink.isOff = true;
    log.note(anAuditRecord({ requestId: 'r' }));
    expect((await log.close()).map(({ requestId }) => requestId)).toEqual(['r']);
  });

  it.each([
    [1, [true, true, true]],
    [0.5, [true, false, false]],
    [0, [false, false, false]],
  ])('takes %d of the reads, and every write', (reads, taken) => {
    const draws = [0.25, 0.5, 0.75];
    const { log } = logWith({ reads }, () => draws.shift() as number);
    expect([log.takes('read'), log.takes('list'), log.takes('watch')]).toEqual(taken);
    expect(log.takes('write')).toBe(true);
  });
});

describe('while the sink fails', () => {
  it('refuses writes before anything is changed, until it works again', async () => {
    const { sink, log, seen } = logWith();
    sink.isOff = true;
    await expect(log.keep([write('under way')])).rejects.toMatchObject({ name: 'AuditPending' });
    await expect(log.requireWritable()).rejects.toMatchObject({
      name: 'AuditUnavailable',
      code: 'unavailable',
    });
    sink.isOff = false;
    await eventually(() => !log.isFailing, 'the sink to be tried again');
    await log.requireWritable();
    expect([ids(sink), seen.recovered]).toEqual([['under way'], 1]);
    await log.close();
  });

  it('waits for a sink that is back in time', async () => {
    const { sink, log } = logWith({ patienceMs: 60_000 });
    sink.isOff = true;
    const kept = log.keep([write('a')]);
    await eventually(() => log.isFailing, 'the failure');
    sink.isOff = false;
    await kept;
    expect(ids(sink)).toEqual(['a']);
    await log.close();
  });

  it('lets writes go on where the rules say so, and loses no record', async () => {
    const { sink, log } = logWith({ onFailure: 'continue', patienceMs: 60_000 });
    sink.isOff = true;
    for (const id of ['a', 'b', 'c']) {
      await log.requireWritable();
      await log.keep([write(id)]);
    }
    expect([ids(sink), log.waiting]).toEqual([[], 3]);
    sink.isOff = false;
    await eventually(() => log.waiting === 0, 'the records to be kept');
    expect(ids(sink)).toEqual(['a', 'b', 'c']);
    await log.close();
  });

  it('lets writes wait once memory is full, and gives up reads', async () => {
    const { sink, log, seen } = logWith({ onFailure: 'continue', maxWaiting: 2, patienceMs: 60_000 });
    sink.isOff = true;
    await log.keep([write('a'), write('b')]);
    log.note(anAuditRecord({ requestId: 'read' }));
    expect(seen.dropped).toBe(1);
    let isAdmitted = false;
    const admitted = log.requireWritable().then(() => (isAdmitted = true));
    await eventually(() => seen.failed > 3, 'more tries');
    expect(isAdmitted).toBe(false);
    sink.isOff = false;
    await admitted;
    expect(ids(sink)).toEqual(['a', 'b']);
    await log.close();
  });

  it('refuses a write that has waited for room for too long', async () => {
    const { sink, log } = logWith({ onFailure: 'continue', maxWaiting: 1 });
    sink.isOff = true;
    await log.keep([write('a')]);
    await expect(log.requireWritable()).rejects.toMatchObject({ name: 'AuditUnavailable' });
    sink.isOff = false;
    await log.close();
  });
});
