import { describePanelPages } from '@nexus-state/state-core/testing/panel-pages.contract';
import { describePanelStore } from '@nexus-state/state-core/testing/panel-store.contract';
import { PostgresPanelStore } from './panel-store';
import { onTestDatabase } from './testing/postgres-adapter';

describePanelStore('PostgreSQL', () => onTestDatabase((source) => new PostgresPanelStore(source)));
describePanelPages('PostgreSQL', () => onTestDatabase((source) => new PostgresPanelStore(source)));
