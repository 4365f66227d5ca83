import type { PanelHandle } from '@nexus-state/client';
import { isRefusal } from '../cli/report';

/** The version that a panel is at; undefined where there is none. */
export async function newestVersion(panel: PanelHandle, signal: AbortSignal): Promise<number | undefined> {
  try {
    return (await panel.get({ fresh: true, signal })).version;
  } catch (error) {
    if (isRefusal(error) && error.code === 'not_found') return undefined;
    throw error;
  }
}
