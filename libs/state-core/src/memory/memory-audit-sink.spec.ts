import { describeAuditSink } from '../testing/audit-sink.contract';
import { MemoryAuditSink } from './memory-audit-sink';

describeAuditSink('memory', async () => {
  const sink = new MemoryAuditSink();
  return { sink, reader: sink };
});
