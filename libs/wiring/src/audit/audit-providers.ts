import type { Provider } from '@nestjs/common';
import { AUDIT_READER, type Config, type ServiceContext, auditMetrics } from '@nexus-state/nest-kit';
import { AuditLog, type AuditReader, type AuditSink, auditLine } from '@nexus-state/state-core';
import { PostgresAuditSink } from '@nexus-state/postgres';
import { DataSource } from 'typeorm';
import { FileAuditReader } from './file-audit-reader';
import { FileAuditSink } from './file-audit-sink';
import { StdoutAuditSink } from './stdout-audit-sink';

/** The audit log, written to its end after the last request and before the database is closed. */
class ClosingAuditLog extends AuditLog {
  async beforeApplicationShutdown(): Promise<void> {
    // The last place that is left for what the sink did not take.
    for (const record of await this.close()) process.stderr.write(`${auditLine(record)}\n`);
  }
}

/** The audit log of a process that people talk to. */
export function auditProviders({ config, logger, metrics }: ServiceContext): Provider[] {
  return [
    {
      provide: AuditLog,
      inject: [DataSource],
      useFactory: (source: DataSource) => {
        const rules = { reads: config.AUDIT_READS, onFailure: config.AUDIT_ON_FAILURE };
        return new ClosingAuditLog(sinkOf(config, source), rules, auditMetrics(metrics, logger));
      },
    },
    {
      provide: AUDIT_READER,
      inject: [DataSource],
      useFactory: (source: DataSource): AuditReader | undefined => {
        if (config.AUDIT_SINK === 'file') return new FileAuditReader(config.AUDIT_FILE);
        return config.AUDIT_SINK === 'postgres' ? new PostgresAuditSink(source) : undefined;
      },
    },
  ];
}

function sinkOf(config: Config, source: DataSource): AuditSink | undefined {
  switch (config.AUDIT_SINK) {
    case 'file':
      return new FileAuditSink({ file: config.AUDIT_FILE });
    case 'stdout':
      return new StdoutAuditSink();
    case 'postgres':
      return new PostgresAuditSink(source);
    case 'off':
      return undefined;
  }
}
