import { randomUUID } from 'node:crypto';
import type { ClientOptions, NexusClient, PanelHandle } from '@nexus-state/client';
import { testToken } from '@nexus-state/test-kit';
import type { ReactNode } from 'react';
import { WebSocket as NodeWebSocket } from 'ws';
import { NexusProvider } from '../src';
import type { Garden } from './garden';

/** A lamp, as the specs know it. */
export interface Lamp {
  name: string;
  brightness: number;
  tags: string[];
}

export const lamp: Lamp = { name: 'Lamp', brightness: 40, tags: [] };

/** A workspace, a client for components, and one of somebody else who is the same user. */
export interface Stage {
  readonly workspaceId: string;
  readonly client: NexusClient;
  readonly theirs: NexusClient;
  /** The lamp, of the other client. */
  readonly theirLamp: PanelHandle<Lamp>;
  readonly wrapper: (props: { readonly children: ReactNode }) => ReactNode;
}

/** Sets a stage: with a lamp, unless that is not wanted. */
export async function stageOf(
  garden: Garden,
  { hasLamp = true, ...settings }: { readonly hasLamp?: boolean } & Partial<ClientOptions> = {},
): Promise<Stage> {
  const token = testToken(`user-${randomUUID()}`);
  const workspaceId = `ws-${randomUUID()}`;
  const client = garden.client({ token, ...settings });
  const theirs = garden.client({ token });
  const theirLamp = theirs.workspace(workspaceId).panel<Lamp>('lamp');
  if (hasLamp) await theirLamp.create(lamp);
  const wrapper = ({ children }: { readonly children: ReactNode }) => (
    <NexusProvider client={client}>{children}</NexusProvider>
  );
  return { workspaceId, client, theirs, theirLamp, wrapper };
}

/** What was sent to gateways, in the order of sending. */
export const sent: { readonly event: string; readonly workspaceId: string; readonly panelId: string }[] = [];

/** A socket that keeps what it sends. */
class RecordingSocket extends NodeWebSocket {
  override send(data: string): void {
    // An event of Socket.IO: its type, its namespace, the number of its answer, and its name and payload.
    const [, event] = /^42\/state,\d*(\[.*)$/.exec(data) ?? [];
    if (event) {
      const [name, payload] = JSON.parse(event) as [string, { workspaceId: string; panelId: string }];
      sent.push({ event: name, workspaceId: payload.workspaceId, panelId: payload.panelId });
    }
    super.send(data);
  }
}
Object.assign(globalThis, { WebSocket: RecordingSocket });

/** What was sent about a stage: `subscribe lamp`. */
export function sentOf({ workspaceId }: Stage): string[] {
  return sent
    .filter((message) => message.workspaceId === workspaceId)
    .map(({ event, panelId }) => `${event} ${panelId}`);
}
