import type { AuditObserver } from '@nexus-state/state-core';
import type { Logger } from 'pino';
import { Counter, type Registry } from 'prom-client';
import { throttleLog } from '../logging/throttle-log';

const quietMs = 10_000;

/** Counts what the audit log keeps and gives up, and logs that its sink fails: at once, then every ten seconds at most. */
export function auditMetrics(registry: Registry, logger: Logger): AuditObserver {
  const registers = [registry];
  const kept = new Counter({
    name: 'nexus_audit_records_total',
    help: 'Records that the audit log has kept.',
    registers,
  });
  const failures = new Counter({
    name: 'nexus_audit_failures_total',
    help: 'Appends to the audit log that failed; they are repeated.',
    registers,
  });
  const dropped = new Counter({
    name: 'nexus_audit_dropped_total',
    help: 'Records of reads and of refused requests that were given up while the audit log failed.',
    registers,
  });
  const log = throttleLog(quietMs, (error, unreported) => {
    const cause = (error as { cause?: unknown }).cause ?? error;
    logger.error({ err: cause, unreported }, 'audit log failed');
  });
  return {
    kept: (records) => kept.inc(records),
    dropped: (records) => dropped.inc(records),
    failed: (error) => {
      failures.inc();
      log(error);
    },
    recovered: () => logger.info('audit log works again'),
  };
}
