import {
  type JsonValue,
  StateError,
  ValidationFailed,
  canonicalJson,
  checkFaithful,
} from '@nexus-state/documents';

/** Why a change was made, as its author says. */
export interface Provenance {
  readonly reason?: string | undefined;
  /** From 0 to 1. */
  readonly confidence?: number | undefined;
  /** The model that came up with it. */
  readonly model?: string | undefined;
  /** The calls of tools that led to it. */
  readonly toolCalls?: readonly { readonly name: string; readonly id: string }[] | undefined;
  /** The user whom the author acts for. */
  readonly onBehalfOf?: string | undefined;
  /** URLs of what it rests on. */
  readonly links?: readonly string[] | undefined;
}

/** What is kept beside a change about how it came to be; all of it optional. */
export interface ChangeAbout {
  /** The turn that it belongs to. */
  readonly turnId?: string | undefined;
  /** The proposal that it was, and who approved that: a token's `sub`. */
  readonly proposalId?: string | undefined;
  readonly approvedBy?: string | undefined;
  readonly provenance?: Provenance | undefined;
}

/** Bytes of a provenance as canonical JSON. */
export const maxProvenanceBytes = 4096;

/** A list of objects with texts. */
const maxDepth = 4;

/** Ids of turns and proposals have this form. */
const idForm = /^[A-Za-z0-9-]{1,64}$/;

/**
 * What is said about a change, checked.
 * @returns undefined where nothing is said
 * @throws ValidationFailed where the provenance is larger than 4 KiB, its confidence is outside 0–1, or the id of the turn cannot be one
 */
export function changeAbout({
  turnId,
  provenance,
}: Pick<ChangeAbout, 'turnId' | 'provenance'>): ChangeAbout | undefined {
  if (turnId === undefined && provenance === undefined) return undefined;
  if (turnId !== undefined && !idForm.test(turnId)) throw invalid('/turnId', 'is not the id of a turn');
  return {
    ...(turnId === undefined ? {} : { turnId }),
    ...(provenance === undefined ? {} : { provenance: checkedProvenance(provenance) }),
  };
}

function checkedProvenance(provenance: Provenance): Provenance {
  const { confidence } = provenance;
  if (confidence !== undefined && !(confidence >= 0 && confidence <= 1))
    throw invalid('/provenance/confidence', 'must be a number from 0 to 1');
  const value = JSON.parse(JSON.stringify(provenance)) as JsonValue;
  try {
    checkFaithful(value, maxDepth);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    throw invalid('/provenance', 'must not contain U+0000 or a lone surrogate');
  }
  if (Buffer.byteLength(canonicalJson(value)) > maxProvenanceBytes)
    throw invalid('/provenance', `must have at most ${maxProvenanceBytes} bytes as JSON`);
  provenance.links?.forEach((link, index) => {
    if (!URL.canParse(link)) throw invalid(`/provenance/links/${index}`, 'must be a URL');
  });
  return value as Provenance;
}

function invalid(pointer: string, message: string): ValidationFailed {
  return new ValidationFailed([{ pointer, message }]);
}
