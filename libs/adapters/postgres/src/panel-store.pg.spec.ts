import { describePanelPages } from '@nexus-state/state-core/testing/panel-pages.contract';
import { describePanelStore } from '@nexus-state/state-core/testing/panel-store.contract';
import { onTestDatabase } from './testing/postgres-adapter';
import { PostgresPanelStore } from './panel-store';

describePanelStore('PostgreSQL', () => onTestDatabase((source) => new PostgresPanelStore(source)));
describePanelPages('PostgreSQL', () => onTestDatabase((source) => new PostgresPanelStore(source)));
