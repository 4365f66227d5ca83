import type { LockReference } from '@nexus-state/contracts';
import type { ProvenanceMessage } from './provenance';

/** The requests of the service as they are decoded: optional fields are absent where they were not sent, others have their zero value. */

interface PanelAddress {
  readonly workspaceId: string;
  readonly panelId: string;
}

/** The fields of writes that say who is behind them. */
export interface Origin {
  readonly triggeredBy?: string;
  readonly triggerSource?: string;
  readonly lock?: LockReference | null;
  readonly provenance?: ProvenanceMessage | null;
}

export interface GetRequest extends PanelAddress {
  readonly version?: number;
  readonly at?: string;
  readonly path?: string;
  readonly includeHistory: boolean;
  readonly noCache: boolean;
}

export interface CreateRequest extends PanelAddress, Origin {
  readonly initialStateJson: Buffer;
}

export interface PutRequest extends PanelAddress, Origin {
  readonly stateJson: Buffer;
  readonly version?: number;
  readonly onConflict: string | number;
}

export interface PatchRequest extends PanelAddress, Origin {
  readonly patchesJson?: Buffer;
  readonly mergePatchJson?: Buffer;
  readonly version?: number;
  readonly onConflict: string | number;
}

export interface DeleteRequest extends PanelAddress, Pick<Origin, 'lock' | 'provenance'> {
  readonly version?: number;
}

export interface GetHistoryRequest extends PanelAddress {
  readonly limit?: number;
  readonly offset?: number;
  readonly since?: string;
  readonly until?: string;
}

export interface RevertRequest extends PanelAddress, Pick<Origin, 'lock' | 'provenance'> {
  readonly targetVersion: number;
  readonly createSnapshot: boolean;
  readonly version?: number;
}

export interface OperationMessage {
  readonly check?: { readonly panelId: string; readonly version: number };
  readonly set?: { readonly panelId: string; readonly stateJson: Buffer; readonly version?: number };
  readonly patch?: { readonly panelId: string; readonly patchesJson: Buffer; readonly version?: number };
  readonly delete?: { readonly panelId: string; readonly version?: number };
}

export interface TransactRequest extends Origin {
  readonly workspaceId: string;
  readonly operations: readonly OperationMessage[];
}

export interface WatchRequest {
  readonly workspaceId: string;
  readonly panelId?: string;
  readonly afterVersion?: number;
  readonly afterRevision?: number;
  readonly afterCursor?: string;
}

export interface GetKeyRequest {
  readonly key: string;
}

export interface PutKeyRequest extends Pick<Origin, 'lock'> {
  readonly key: string;
  readonly valueJson?: Buffer;
  readonly valueBytes?: Buffer;
  readonly version?: number;
  readonly ttlSeconds?: number;
  readonly sensitive?: boolean;
}

export interface PatchKeyRequest extends Pick<Origin, 'lock'> {
  readonly key: string;
  readonly patchJson?: Buffer;
  readonly version?: number;
  readonly ttlSeconds?: number;
}

export interface DeleteKeyRequest extends Pick<Origin, 'lock'> {
  readonly key: string;
  readonly version?: number;
}

export interface ListKeysRequest {
  readonly prefix?: string;
  readonly limit?: number;
  readonly cursor?: string;
  readonly values: boolean;
}

export interface WatchKeysRequest {
  readonly pattern: string;
  readonly afterRevision?: number;
  readonly afterCursor?: string;
}

export interface KeyOperationMessage {
  readonly check?: { readonly key: string; readonly version: number };
  readonly set?: Omit<PutKeyRequest, 'version' | 'lock'>;
  readonly delete?: { readonly key: string };
}

export interface TransactKeysRequest extends Pick<Origin, 'lock'> {
  readonly operations: readonly KeyOperationMessage[];
}
