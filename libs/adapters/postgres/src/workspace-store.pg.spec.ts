import { onTestDatabase } from './testing/postgres-adapter';
import { describeWorkspaceStore } from '@nexus-state/state-core/testing/workspace-store.contract';
import { PostgresWorkspaceStore } from './workspace-store';

describeWorkspaceStore('PostgreSQL', () => onTestDatabase((source) => new PostgresWorkspaceStore(source)));
