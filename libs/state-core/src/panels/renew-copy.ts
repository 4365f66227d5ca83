import type { PanelKey } from './model';
import type { ReadPorts } from './panel-ports';

/** Renews the cached copy of a panel from the store. */
export async function renewCopy(
  key: PanelKey,
  { store, copies }: Pick<ReadPorts, 'store' | 'copies'>,
): Promise<void> {
  const panel = await store.read(key);
  if (panel) await copies.write(panel);
}
