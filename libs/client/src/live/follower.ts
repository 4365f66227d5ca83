import type { JsonObject, JsonPatch } from '@nexus-state/documents';
import type { ServerMessage } from '../document/messages';
import type { NexusError } from '../http/problem';

/** A panel that is followed. */
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

/** What follows a panel over a connection. */
export interface Follower extends Target {
  /** The version that was received last: updates after it are asked for. */
  readonly received: number | undefined;
  /** Takes what the server tells, in the order of versions. */
  onMessage(message: ServerMessage): void;
  onPresence(members: readonly Present[]): void;
  /** The panel is followed from now on. */
  onFollowing(): void;
  /** The connection is gone, or there for the first time or again. */
  onConnection(isConnected: boolean): void;
  /** The panel is not followed: it is not there, or may not be read. It is tried again. */
  onRefused(error: NexusError): void;
}

/** What the gateway sends about a panel, as it is read here. */
export interface PanelPayload extends Target {
  readonly version: number;
  readonly state: JsonObject;
  readonly patch: JsonPatch;
  readonly actor?: string;
  readonly triggeredBy?: string;
}

/** What a message of the gateway says of a document; undefined where it is about something else. */
export function messageOf(event: string, payload: PanelPayload): ServerMessage | undefined {
  const { version, state, patch, actor, triggeredBy } = payload;
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
