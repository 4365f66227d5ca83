import type { ConditionalHeaders } from '@nexus-state/nest-kit';
import type { Expectation, KeptText } from '@nexus-state/state-core';
import { type FieldProblem, ValidationFailed } from '@nexus-state/documents';

/**
 * What a write expects to find, from its headers and the version in its body.
 * @throws ValidationFailed when a header is not of the form this API gives out, or contradicts the body
 */
export function expectationOf(headers: ConditionalHeaders, bodyVersion?: number): Expectation {
  const ifMatch = headers['if-match']?.trim();
  const ifNoneMatch = headers['if-none-match']?.trim();
  if (ifMatch !== undefined && ifNoneMatch !== undefined)
    throw invalid('If-None-Match', 'cannot be combined with If-Match');
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch !== '*') throw invalid('If-None-Match', 'must be * on a write');
    if (bodyVersion) throw invalid('/version', 'contradicts If-None-Match: *');
    return { kind: 'absent' };
  }
  if (ifMatch !== undefined) return matching(ifMatch, bodyVersion);
  if (bodyVersion === undefined) return { kind: 'unspecified' };
  return bodyVersion === 0 ? { kind: 'absent' } : { kind: 'version', version: bodyVersion };
}

/**
 * What a write expects to find that need not say so: any version, where it does not.
 * @throws ValidationFailed as `expectationOf`
 */
export function expectationOrAny(headers: ConditionalHeaders, bodyVersion?: number): Expectation {
  const expectation = expectationOf(headers, bodyVersion);
  return expectation.kind === 'unspecified' ? { kind: 'any' } : expectation;
}

/**
 * What a write expects that only ever creates: no panel, whether `If-None-Match: *` says so or not.
 * @throws ValidationFailed as `expectationOf`
 */
export function expectationOfCreate(headers: ConditionalHeaders): Expectation {
  expectationOf({ ...headers, 'if-match': undefined });
  return { kind: 'absent' };
}

/** Whether a reader has this version already (`If-None-Match`, weak comparison). */
export function isKnown(ifNoneMatch: string | undefined, version: number): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || versionOfTag(tag) === version);
}

/** The entity tag of a version. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/**
 * The entity tag of a version in an answer with this body. Where that is compressed it is a weak one, for the strong one belongs to other bytes
 * (RFC 9110, section 8.8.3.3); as a precondition it is as good.
 */
export function bodyTag(version: number, body: KeptText): string {
  return typeof body === 'string' ? entityTag(version) : `W/${entityTag(version)}`;
}

function matching(ifMatch: string, bodyVersion: number | undefined): Expectation {
  if (ifMatch === '*') {
    if (bodyVersion === 0) throw invalid('/version', 'contradicts If-Match: *');
    return bodyVersion === undefined ? { kind: 'any' } : { kind: 'version', version: bodyVersion };
  }
  const version = versionOfTag(ifMatch);
  if (version === undefined) throw invalid('If-Match', 'must be one version in quotes, such as "15", or *');
  if (bodyVersion !== undefined && bodyVersion !== version) throw invalid('/version', 'contradicts If-Match');
  return { kind: 'version', version };
}

// Answers that are compressed, here or by a proxy, have weak tags ("W/"); the version in it is as good as before.
function versionOfTag(tag: string): number | undefined {
  const digits = /^\s*(?:W\/)?"(\d{1,15})"\s*$/.exec(tag)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function invalid(pointer: string, message: string): ValidationFailed {
  const problem: FieldProblem = { pointer, message };
  return new ValidationFailed([problem]);
}
