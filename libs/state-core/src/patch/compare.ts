import { compare as diff } from 'fast-json-patch';
import { type JsonObject, canonicalJson } from '../json';
import type { JsonPatch } from './operation';

/**
 * The patch that leads from one state to another: `applyPatch(from, compareStates(from, to)).value` equals `to`.
 * Where the changes are more than the new state itself, it is one replacement of the whole.
 */
export function compareStates(from: JsonObject, to: JsonObject): JsonPatch {
  const patch = diff(from, to) as JsonPatch;
  if (patch.length <= 8) return patch;
  const whole: JsonPatch = [{ op: 'replace', path: '', value: to }];
  return canonicalJson(patch as never).length > canonicalJson(whole as never).length ? whole : patch;
}
