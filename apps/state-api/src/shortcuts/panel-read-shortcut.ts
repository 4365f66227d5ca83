import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Principal,
  type Shortcut,
  type TokenVerifier,
  bearerToken,
  rateHeaders,
  requestId,
  securityHeaders,
} from '@nexus-state/nest-kit';
import {
  type Admission,
  type Allowance,
  type AuditLog,
  type KeptReading,
  type OpenWorkspace,
  type PanelKey,
  type StateCore,
  auditTime,
} from '@nexus-state/state-core';
import { refuseLater } from '../access/earlier-refusal';
import { acceptable } from '../panels/content-coding';
import { bodyTag, isKnown } from '../panels/expectation-of';
import { type PlainRead, plainReadOf } from './plain-read';

/** What the shortcut needs. */
export interface PanelReadPorts {
  readonly core: Pick<StateCore, 'readKeptPanel'>;
  readonly admission: Pick<Admission, 'admit'>;
  readonly verifier: Pick<TokenVerifier, 'known'>;
  readonly audit: AuditLog;
  /** Takes how long an answer with this status took, in seconds. */
  readonly measured: Readonly<Record<200 | 304, (seconds: number) => void>>;
  /** Headers of every answer, beside those for security. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A read that was let in, and what it came to. */
interface DoneRead {
  readonly caller: Principal;
  readonly panel: PanelKey;
  readonly allowance: Allowance | undefined;
  readonly reading: KeptReading;
}

/**
 * Answers the plain read of a panel (`PlainRead`) by the same use cases as its route, and with the same answer, but without the pipeline of
 * hooks, guards and pipes around a route, which takes longer than the read itself. What it does not answer, and all that
 * is refused, goes to the route.
 */
export function panelReadShortcut(ports: PanelReadPorts): Shortcut {
  const fixed = Object.entries({ ...securityHeaders, ...ports.headers }).flat();
  return (request, response, goOn) => {
    const plain = plainReadOf(request);
    const caller = plain && knownCaller(request, ports.verifier);
    if (!plain || !caller) return goOn();
    const began = performance.now();
    void read(request, plain, caller, ports).then((done) => {
      if (!done) return goOn();
      const id = requestId(request);
      note(done, id, ports.audit);
      const status = answer(request, response, done, [...fixed, 'x-request-id', id]);
      // It comes once; to say so would make another function for each request.
      response.on('finish', () => ports.measured[status]((performance.now() - began) / 1000));
    });
  };
}

/** Who calls, where the token was verified before. */
function knownCaller(
  { headers }: IncomingMessage,
  verifier: Pick<TokenVerifier, 'known'>,
): Principal | undefined {
  const token = bearerToken(headers.authorization);
  return token === undefined ? undefined : verifier.known(token);
}

/** Never fails: what is refused is left to the route. */
async function read(
  request: IncomingMessage,
  { workspaceId, panelId }: PlainRead,
  caller: Principal,
  { core, admission }: PanelReadPorts,
): Promise<DoneRead | undefined> {
  let allowance: Allowance | undefined;
  let workspace: OpenWorkspace | undefined;
  try {
    const admitted = await admission.admit({
      caller,
      scope: 'state:read',
      counts: 'reads',
      place: { workspaceId, panelId, access: 'read' },
      onCounted: (counted) => (allowance = counted),
    });
    workspace = admitted.workspace;
    const { panel } = admitted;
    const reading = await core.readKeptPanel({ key: panel });
    const isText = typeof reading.document === 'string';
    return {
      caller,
      panel,
      allowance,
      reading: isText ? reading : await acceptable(reading, request.headers),
    };
  } catch (error) {
    refuseLater(request, { error, allowance, workspace });
    return undefined;
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { allowance, reading: { version, document, cache } }: DoneRead,
  headers: string[],
): 200 | 304 {
  headers.push('etag', bodyTag(version, document), 'x-cache', cache);
  if (allowance) {
    const { 'ratelimit-policy': policy, ratelimit } = rateHeaders(allowance);
    headers.push('ratelimit-policy', policy, 'ratelimit', ratelimit);
  }
  if (isKnown(request.headers['if-none-match'], version)) {
    response.writeHead(304, headers).end();
    return 304;
  }
  headers.push('content-type', 'application/json; charset=utf-8');
  if (typeof document === 'string') {
    headers.push('content-length', String(Buffer.byteLength(document)));
    response.writeHead(200, headers).end(document);
  } else {
    headers.push('content-encoding', document.coding, 'content-length', String(document.bytes.length));
    response.writeHead(200, headers).end(document.bytes);
  }
  return 200;
}

function note({ caller, panel, reading: { version } }: DoneRead, requestId: string, log: AuditLog): void {
  if (!log.takes('read')) return;
  const { owner, workspaceId, panelId } = panel;
  log.note({
    time: auditTime(),
    actor: caller.subject,
    owner,
    door: 'http',
    action: 'read',
    resource: { workspaceId, panelId },
    version,
    outcome: 'ok',
    requestId,
  });
}
