import type { LockReference } from '@nexus-state/contracts';
import type { Principal } from '@nexus-state/nest-kit';
import { type FencedLock, lockKey } from '@nexus-state/state-core';
import { type FieldProblem, ValidationFailed } from '@nexus-state/documents';

/** The header that names a lock, where a request has it. */
export interface LockHeaders {
  readonly 'nexus-lock'?: string;
}

const headerName = 'Nexus-Lock';
const headerForm = /^([A-Za-z0-9._~:-]{1,255})[ \t]*;[ \t]*fence=([1-9]\d{0,15})$/;

/**
 * The lock of the caller's that a change is made under: of its body, or of the header `Nexus-Lock: <name>; fence=<n>`.
 * @returns undefined where neither names one
 * @throws InvalidId; ValidationFailed when the header cannot be read, or names another lock than the body
 */
export function lockOf(
  { subject }: Principal,
  headers: LockHeaders,
  inBody?: LockReference,
): FencedLock | undefined {
  const header = headers['nexus-lock'];
  const inHeader = header === undefined ? undefined : readHeader(header.trim());
  const lock = inBody ?? inHeader;
  if (!lock) return undefined;
  const { name, fencingToken } = lock;
  if (inHeader && (inHeader.name !== name || inHeader.fencingToken !== fencingToken))
    throw invalid('/lock', `contradicts ${headerName}`);
  return { ...lockKey(subject, name), fencingToken };
}

/** @throws ValidationFailed */
function readHeader(text: string): LockReference {
  const [, name, fence] = headerForm.exec(text) ?? [];
  const fencingToken = Number(fence);
  if (name === undefined || !Number.isSafeInteger(fencingToken))
    throw invalid(headerName, 'must be the name of a lock and its fencing token, such as: printer; fence=7');
  return { name, fencingToken };
}

function invalid(pointer: string, message: FieldProblem['message']): ValidationFailed {
  return new ValidationFailed([{ pointer, message }]);
}
