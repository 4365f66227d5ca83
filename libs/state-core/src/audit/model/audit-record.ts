/** The way in that a request took. */
export type AuditDoor = 'http' | 'sse' | 'git' | 'grpc' | 'mcp' | 'socket.io' | 'websocket';

/** What a request did, or was to do, with its resource. */
export type AuditAction = 'read' | 'list' | 'query' | 'watch' | 'write';

/** What a request was about: ids and keys, never values. */
export interface AuditResource {
  readonly workspaceId?: string;
  readonly panelId?: string;
  /** A key; for lists and watches a pattern, whose last `*` stands for any characters. */
  readonly key?: string;
}

/** Who did what with which panel or key, and what came of it. */
export interface AuditRecord {
  /** When the outcome was known, RFC 3339 in UTC. */
  readonly time: string;
  /** The `sub` of the token. */
  readonly actor: string;
  /** Whose workspace or key it is; as the request named it, where it was refused before that was known. */
  readonly owner: string;
  readonly door: AuditDoor;
  readonly action: AuditAction;
  readonly resource: AuditResource;
  /** The version that was read or written, where there is one. */
  readonly version?: number | undefined;
  /** `ok`, or the code of the refusal. */
  readonly outcome: string;
  readonly requestId: string;
}

let newest = { at: 0, text: '' };

/** When a record is made, as it says so. The text is made once for all records of a millisecond. */
export function auditTime(): string {
  const at = Date.now();
  if (at !== newest.at) newest = { at, text: new Date(at).toISOString() };
  return newest.text;
}

/** The longest text in a record, in UTF-16 code units: no id and no key is longer. */
const maxTextLength = 1024;

/** A resource as it is put down: nothing of it is longer than an id can be, whatever a refused request has named. */
export function auditResource({ workspaceId, panelId, key }: NamedResource): AuditResource {
  const resource: { workspaceId?: string; panelId?: string; key?: string } = {};
  if (workspaceId !== undefined) resource.workspaceId = auditText(workspaceId);
  if (panelId !== undefined) resource.panelId = auditText(panelId);
  if (key !== undefined) resource.key = auditText(key);
  return resource;
}

/** A resource as a request names it. */
type NamedResource = { readonly [Name in keyof AuditResource]: AuditResource[Name] | undefined };

/** A record as one line of JSON, its members in the order of the contract. */
export function auditLine({
  time,
  actor,
  owner,
  door,
  action,
  resource,
  version,
  outcome,
  requestId,
}: AuditRecord): string {
  return JSON.stringify({ time, actor, owner, door, action, resource, version, outcome, requestId });
}

/** A text as it is put down; what a refused request has named can be of any length, and hold what PostgreSQL does not take. */
export function auditText(text: string): string {
  return text.slice(0, maxTextLength).toWellFormed().replaceAll('\0', '\ufffd');
}
