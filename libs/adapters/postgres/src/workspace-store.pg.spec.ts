import { describeWorkspaceStore } from '@nexus-state/state-core/testing/workspace-store.contract';
import { PostgresWorkspaceStore } from './workspace-store';
import { onTestDatabase } from './testing/postgres-adapter';

describeWorkspaceStore('PostgreSQL', () => onTestDatabase((source) => new PostgresWorkspaceStore(source)));
