import { ValidationFailed } from '@nexus-state/documents';
import { AuditPending, AuditUnavailable } from '../errors';
import { MemoryAuditSink } from '../memory';
import { anAuditRecord } from '../testing/audit-sink.contract';
import { AuditLog } from './audit-log';
import { audited } from './audited-work';

const quick = { retryMs: [5, 5], patienceMs: 20, gatherMs: 5 } as const;

class SinkThatIsOff extends MemoryAuditSink {
  override append(): Promise<void> {
    return Promise.reject(new Error('off'));
  }
}

function logWith(reads = 1, sink = new MemoryAuditSink()) {
  const ignore = () => undefined;
  const observer = { kept: ignore, failed: ignore, recovered: ignore, dropped: ignore };
  return { sink, log: new AuditLog(sink, { ...quick, reads, onFailure: 'refuse' }, observer) };
}

const asked = {
  actor: 'ann',
  door: 'mcp',
  action: 'write',
  requestId: 'r',
  resources: [{ panelId: 'a' }, { panelId: 'b' }],
} as const;

const facts = ({ records }: MemoryAuditSink) =>
  records.map(({ owner, resource, version, outcome }) => [owner, resource, version, outcome]);

it('puts down what was done, for each resource, before the caller is told', async () => {
  const { sink, log } = logWith();
  const answer = await audited(log, asked, async (done) => {
    await done({ owner: 'bob', version: 3 });
    return facts(sink);
  });
  expect(answer).toEqual([
    ['bob', { panelId: 'a' }, 3, 'ok'],
    ['bob', { panelId: 'b' }, 3, 'ok'],
  ]);
});

it('puts down what was refused, with the owner as far as it was found out', async () => {
  const { sink, log } = logWith();
  let owner: string | undefined;
  const refusal = new ValidationFailed([{ pointer: '', message: 'is missing' }]);
  const work = audited(log, { ...asked, owner: () => owner, resources: [{}] }, async () => {
    owner = 'bob';
    throw refusal;
  });
  await expect(work).rejects.toBe(refusal);
  const broken = audited(log, { ...asked, resources: [{}] }, () => Promise.reject(new Error('broken')));
  await expect(broken).rejects.toThrow('broken');
  await log.close();
  expect(facts(sink)).toEqual([
    ['bob', {}, undefined, 'validation_failed'],
    ['ann', {}, undefined, 'internal_error'],
  ]);
});

it('does nothing but the work where the log does not take it', async () => {
  const { sink, log } = logWith(0);
  expect(await audited(log, { ...asked, action: 'read' }, async (done) => (await done({}), 7))).toBe(7);
  await log.close();
  expect(sink.records).toEqual([]);
});

it('refuses a write while the log cannot be written, and does not do it', async () => {
  const { log } = logWith(1, new SinkThatIsOff());
  await expect(log.keep([anAuditRecord({})])).rejects.toThrow(AuditPending);
  let isDone = false;
  await expect(
    audited(log, asked, async () => {
      isDone = true;
    }),
  ).rejects.toThrow(AuditUnavailable);
  expect(isDone).toBe(false);
  await log.close();
});
