import { canonicalJson } from '@nexus-state/documents';
import type { ApiClient } from './api-client';
import type { PanelTruth } from './update-checker';

/** Reads at once. */
const maxReads = 16;

/**
 * The past of panels, as GET returns it: the state at each version, from the store.
 * @param client of a user who may read them; the panels are not deleted
 */
export async function readTruth(
  client: ApiClient,
  workspaceId: string,
  panelIds: readonly string[],
): Promise<PanelTruth[]> {
  const truth: PanelTruth[] = [];
  for (const panelId of panelIds) {
    const path = `/api/state/${workspaceId}/${panelId}`;
    const { body } = await client.get(path, { 'cache-control': 'no-cache' });
    const states = new Array<string | undefined>(body.version);
    let next = 1;
    const reading = Array.from({ length: maxReads }, async () => {
      while (next <= states.length) {
        const version = next++;
        states[version - 1] = await stateAt(client, path, version);
      }
    });
    await Promise.all(reading);
    truth.push({ panelId, states });
  }
  return truth;
}

/** The canonical text of a state; undefined at the version that deleted the panel. */
async function stateAt(client: ApiClient, path: string, version: number): Promise<string | undefined> {
  const { status, body, text } = await client.get(`${path}?version=${version}`);
  if (status === 404 && body.error === 'not_found') return undefined;
  if (status !== 200 || body.version !== version) throw new Error(`GET ${path}, version ${version}: ${text}`);
  return canonicalJson(body.state);
}
