import type { Writable } from 'node:stream';
import { type AuditRecord, type AuditSink, auditLine } from '@nexus-state/state-core';

/** The audit log as lines of JSON on the standard output, for what collects it there. */
export class StdoutAuditSink implements AuditSink {
  constructor(private readonly output: Writable = process.stdout) {}

  append(records: readonly AuditRecord[]): Promise<void> {
    const lines = records.map((record) => `${auditLine(record)}\n`).join('');
    return new Promise((resolve, reject) => {
      this.output.write(lines, (error) => (error ? reject(error) : resolve()));
    });
  }

  async close(): Promise<void> {}
}
