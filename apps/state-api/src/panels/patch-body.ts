import {
  type LockReference,
  type PatchParams,
  PatchPanelRequest,
  type Provenance,
} from '@nexus-state/contracts';
import { type ConditionalHeaders, ShapePipe, UnsupportedMediaType } from '@nexus-state/nest-kit';
import type { ConflictPolicy, Edit, Limits } from '@nexus-state/state-core';
import { type JsonValue, ValidationFailed, readPatch } from '@nexus-state/documents';

const envelope = new ShapePipe<PatchPanelRequest>(PatchPanelRequest);
const mergePatchType = 'application/merge-patch+json';
const accepted = ['application/json-patch+json', 'application/json', mergePatchType];

/** The fields beside a patch. */
interface Around {
  readonly version?: number | undefined;
  readonly onConflict?: ConflictPolicy | undefined;
  readonly triggeredBy?: string | undefined;
  readonly triggerSource?: string | undefined;
  readonly lock?: LockReference | undefined;
  readonly turnId?: string | undefined;
  readonly provenance?: Provenance | undefined;
}

/** The edit of a PATCH, and the fields beside it. */
export interface PatchBody extends Around {
  readonly edit: Extract<Edit, { readonly kind: 'patch' | 'merge-patch' }>;
  /** Where the edit is in the body, for messages (RFC 6901). */
  readonly at: string;
}

/**
 * Reads the body of a PATCH: a bare JSON Patch, one in an envelope, or a bare merge patch.
 * @param params the query parameters, which say what a bare body has no room for
 * @param limits how many operations a patch may have
 * @throws PatchTooLarge, ValidationFailed, UnsupportedMediaType
 */
export function readPatchBody(
  contentType: string | undefined,
  body: unknown,
  params: PatchParams,
  { patchOperations }: Pick<Limits, 'patchOperations'>,
): PatchBody {
  const { version, onConflict } = params;
  const type = mediaType(contentType);
  if (!accepted.includes(type)) throw new UnsupportedMediaType(accepted);
  if (type === mergePatchType) {
    return {
      edit: { kind: 'merge-patch', document: (body ?? null) as JsonValue },
      at: '',
      version,
      onConflict,
    };
  }
  if (Array.isArray(body))
    return {
      edit: { kind: 'patch', patch: readPatch(body, '', patchOperations) },
      at: '',
      version,
      onConflict,
    };
  const { patches, ...around } = envelope.transform(body);
  checkAgreement(around, params);
  return {
    edit: { kind: 'patch', patch: readPatch(patches, '/patches', patchOperations) },
    at: '/patches',
    version,
    onConflict,
    ...around,
  };
}

/** The conflict policy of a patch: what it says, else `reject` where its version is in `If-Match`, else `merge`. */
export function policyOfPatch(headers: ConditionalHeaders, said: ConflictPolicy | undefined): ConflictPolicy {
  return said ?? (headers['if-match'] === undefined ? 'merge' : 'reject');
}

/** @throws ValidationFailed when the body and the query both say something, and not the same */
function checkAgreement(body: Around, params: PatchParams): void {
  const problems = (['version', 'onConflict'] as const)
    .filter((name) => body[name] !== undefined && params[name] !== undefined && body[name] !== params[name])
    .map((name) => ({ pointer: `/${name}`, message: `contradicts the query parameter ${name}` }));
  if (problems.length > 0) throw new ValidationFailed(problems);
}

function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
