import type { JsonObject, JsonPatch } from '@nexus-state/documents';
import type { ServerMessage } from '../document/messages';
import type { NexusError } from '../http/problem';

/** A panel that is followed, or with `*` every panel of a workspace. */
export interface Target {
  readonly workspaceId: string;
  readonly panelId: string;
}

/** Somebody who is present in a panel. */
export interface Present {
  readonly connectionId: string;
  readonly userId: string;
  readonly data: unknown;
}

/** What stands for every panel of a workspace. */
export const everyPanel = '*';

/** What follows a panel, or a whole workspace, over a connection. */
export interface Follower extends Target {
  /** The version, or of a whole workspace the revision, that was received last: what came after it is asked for. */
  readonly received: number | undefined;
  /** Takes an event of the gateway: of a panel in the order of versions, of a workspace in that of revisions. */
  onEvent(event: string, payload: object): void;
  /** The panel is followed from now on. */
  onFollowing(): void;
  /** The connection is gone, or there for the first time or again. */
  onConnection(isConnected: boolean): void;
  /** The panel is not followed: it is not there, or may not be read. It is tried again. */
  onRefused(error: NexusError): void;
}

/** What the gateway sends about a panel, as it is read here. */
interface PanelPayload extends Target {
  readonly version: number;
  readonly state: JsonObject;
  readonly patch: JsonPatch;
  readonly actor?: string;
  readonly triggeredBy?: string;
}

/** What an event of the gateway says of a document; undefined where it is about something else. */
export function messageOf(event: string, payload: object): ServerMessage | undefined {
  const { version, state, patch, actor, triggeredBy } = payload as PanelPayload;
  switch (event) {
    case 'state_sync':
    case 'panel_created':
      return { kind: 'sync', version, state };
    case 'panel_deleted':
      return { kind: 'deleted', version };
    case 'state_update': {
      const origin = { ...(actor ? { actor } : {}), ...(triggeredBy ? { triggeredBy } : {}) };
      return { kind: 'update', version, patch, ...origin };
    }
    default:
      return undefined;
  }
}

/** Who is present, where an event of the gateway says so. */
export function membersOf(event: string, payload: object): readonly Present[] | undefined {
  return event === 'presence' ? (payload as { readonly members: readonly Present[] }).members : undefined;
}
