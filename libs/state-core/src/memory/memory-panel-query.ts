import { JsonText, type JsonValue, ValidationFailed, isJsonObject } from '@nexus-state/documents';
import { withinPageBytes } from '../panels/history';
import type { WorkspaceKey } from '../panels/model';
import type { Criterion, FoundPanels, FoundPanelsQuery, PanelQuery } from '../panels/ports';
import type { MemoryPanelStore } from './memory-panel-store';

/**
 * Queries in memory: for tests. Of SQL/JSON paths it reads those that name members, such as `$.a.b`; it refuses all
 * others, where PostgreSQL reads more.
 */
export class MemoryPanelQuery implements PanelQuery {
  constructor(private readonly store: Pick<MemoryPanelStore, 'panelsIn'>) {}

  async find(workspace: WorkspaceKey, criterion: Criterion, page: FoundPanelsQuery): Promise<FoundPanels> {
    const meets = testOf(criterion);
    const found = this.store
      .panelsIn(workspace)
      .filter(({ key }) => page.visible.includes(key.panelId) && key.panelId > (page.after ?? ''))
      .filter(({ state }) => meets(state));
    const panels = withinPageBytes(found.slice(0, page.limit), ({ stateSizeBytes }) => stateSizeBytes);
    return { panels, more: panels.length < found.length };
  }
}

function testOf(criterion: Criterion): (state: JsonValue) => boolean {
  if ('contains' in criterion) {
    const part = criterion.contains;
    const wanted = part instanceof JsonText ? part.toJSON() : part;
    return (state) => contains(state, wanted);
  }
  if (!/^\$(\.[A-Za-z_]\w*)*$/.test(criterion.jsonPath)) {
    throw new ValidationFailed([{ pointer: '/jsonPath', message: 'is not a path of members' }]);
  }
  const members = criterion.jsonPath.split('.').slice(1);
  return (state) => has(state, members);
}

/** Containment as PostgreSQL's `@>` has it: members of objects, and elements of arrays in any order. */
function contains(whole: JsonValue, part: JsonValue): boolean {
  if (Array.isArray(part)) {
    return Array.isArray(whole) && part.every((wanted) => whole.some((element) => contains(element, wanted)));
  }
  if (!isJsonObject(part)) return whole === part;
  if (!isJsonObject(whole)) return false;
  return Object.entries(part).every(
    ([name, wanted]) => Object.hasOwn(whole, name) && contains(whole[name] as JsonValue, wanted),
  );
}

/** Whether members lead to a value; they lead into the elements of an array, as in PostgreSQL's lax mode. */
function has(value: JsonValue, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  if (Array.isArray(value))
    return value.some((element) => isJsonObject(element) && has(element, [name, ...rest]));
  return isJsonObject(value) && Object.hasOwn(value, name) && has(value[name] as JsonValue, rest);
}
