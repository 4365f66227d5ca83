import { Writable } from 'node:stream';
import { auditLine } from '@nexus-state/state-core';
import { anAuditRecord } from '@nexus-state/state-core/testing/audit-sink.contract';
import { StdoutAuditSink } from './stdout-audit-sink';

it('writes one line for each record, and says when they are written', async () => {
  const written: string[] = [];
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      written.push(String(chunk));
      setImmediate(done);
    },
  });
  const records = [anAuditRecord(), anAuditRecord({ requestId: 'two' })];
  await new StdoutAuditSink(output).append(records);
  expect(written.join('')).toBe(records.map((record) => `${auditLine(record)}\n`).join(''));
});

it('says so where the output is closed', async () => {
  const output = new Writable({ write: (_chunk, _encoding, done) => done(new Error('closed')) });
  output.on('error', () => undefined);
  await expect(new StdoutAuditSink(output).append([anAuditRecord()])).rejects.toThrow('closed');
});
