import { onTestDatabase } from '../../testing/postgres-adapter';
import { describeWorkspaceStore } from '../../testing/workspace-store.contract';
import { PostgresWorkspaceStore } from './workspace-store';

describeWorkspaceStore('PostgreSQL', () => onTestDatabase((source) => new PostgresWorkspaceStore(source)));
