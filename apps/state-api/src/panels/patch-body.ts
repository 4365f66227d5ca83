import { PatchPanelRequest } from '@nexus-state/contracts';
import { ShapePipe, UnsupportedMediaType } from '@nexus-state/nest-kit';
import { type PatchRequest, readPatch } from '@nexus-state/state-core';

const envelope = new ShapePipe<PatchPanelRequest>(PatchPanelRequest);
const accepted = ['application/json-patch+json', 'application/json'];

/** A patch as it came: its operations, and what stood beside them. */
export interface PatchBody {
  readonly patch: PatchRequest;
  readonly version?: number | undefined;
  readonly triggeredBy?: string | undefined;
  readonly triggerSource?: string | undefined;
}

/**
 * Reads the body of a PATCH: a bare JSON Patch, or one in an envelope.
 * @throws ValidationFailed, UnsupportedMediaType
 */
export function readPatchBody(contentType: string | undefined, body: unknown): PatchBody {
  if (!accepted.includes(mediaType(contentType))) throw new UnsupportedMediaType(accepted);
  if (Array.isArray(body)) return { patch: readPatch(body) };
  const { patches, ...rest } = envelope.transform(body);
  return { patch: readPatch(patches, '/patches'), ...rest };
}

function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
