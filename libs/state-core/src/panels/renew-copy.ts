import type { PanelKey, WorkspaceKey } from './model';
import type { ReadPorts } from './panel-ports';

/**
 * Renews the cached copy of a panel from the store.
 * @throws Unavailable when readers might still get an older version from the cache
 */
export async function renewCopy(
  key: PanelKey,
  { store, copies }: Pick<ReadPorts, 'store' | 'copies'>,
): Promise<void> {
  const epoch = copies.begin();
  const panel = await store.read(key);
  if (panel) await copies.renew(panel, epoch);
}

/**
 * Renews the cached copies of panels of one workspace from the store.
 * @throws Unavailable when readers might still get an older version from the cache
 */
export async function renewCopies(
  workspace: WorkspaceKey,
  panelIds: readonly string[],
  { store, copies }: Pick<ReadPorts, 'store' | 'copies'>,
): Promise<void> {
  const epoch = copies.begin();
  const panels = await store.readMany(workspace, panelIds);
  await Promise.all([...panels.values()].map((panel) => copies.renew(panel, epoch)));
}
