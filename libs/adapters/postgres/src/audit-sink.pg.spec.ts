import { anAuditRecord, describeAuditSink } from '@nexus-state/state-core/testing/audit-sink.contract';
import { PostgresAuditSink } from './audit-sink';
import { onTestDatabase } from './testing/postgres-adapter';

const open = () => onTestDatabase((source) => new PostgresAuditSink(source));

describeAuditSink('PostgreSQL', async () => {
  const { store, close } = await open();
  return { sink: store, reader: store, close };
});

it('refuses to keep anything once the database is away, in the terms of the core', async () => {
  const { store, source, close } = await open();
  await source.destroy();
  await expect(store.append([anAuditRecord()])).rejects.toMatchObject({ code: 'unavailable' });
  await source.initialize();
  await close();
});
