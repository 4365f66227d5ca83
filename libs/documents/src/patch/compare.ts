import {
  type JsonArray,
  type JsonObject,
  type JsonValue,
  appendToken,
  canonicalJson,
  isJsonObject,
} from '../json';
import { alignArrays } from './align-arrays';
import { equalJson } from './equal-json';
import type { JsonPatch, PatchOperation } from './operation';

/**
 * The patch that leads from one state to another: `applyPatch(from, compareStates(from, to)).value` equals `to`.
 * Where the changes are more than the new state itself, it is one replacement of the whole.
 */
export function compareStates(from: JsonObject, to: JsonObject): JsonPatch {
  const patch = compareValues(from, to);
  if (patch.length <= 8) return patch;
  const whole: JsonPatch = [{ op: 'replace', path: '', value: to }];
  return canonicalJson(patch as never).length > canonicalJson(whole as never).length ? whole : patch;
}

/**
 * The single changes that lead from one value to another: members and elements that are equal are left alone, so
 * what others change there meanwhile can be merged. Parts that both values share by reference cost nothing.
 * @returns `add`, `remove` and `replace` operations; none when the values are equal
 */
export function compareValues(from: JsonValue, to: JsonValue): JsonPatch {
  const patch: PatchOperation[] = [];
  compareAt('', from, to, patch);
  return patch;
}

function compareAt(path: string, from: JsonValue, to: JsonValue, patch: PatchOperation[]): void {
  if (from === to) return;
  if (Array.isArray(from) && Array.isArray(to)) compareArrays(path, from, to, patch);
  else if (isJsonObject(from) && isJsonObject(to)) compareObjects(path, from, to, patch);
  else if (!equalJson(from, to)) patch.push({ op: 'replace', path, value: to });
}

function compareObjects(path: string, from: JsonObject, to: JsonObject, patch: PatchOperation[]): void {
  for (const key of Object.keys(from)) {
    const at = appendToken(path, key);
    if (Object.hasOwn(to, key)) compareAt(at, from[key] as JsonValue, to[key] as JsonValue, patch);
    else patch.push({ op: 'remove', path: at });
  }
  for (const key of Object.keys(to)) {
    if (!Object.hasOwn(from, key)) {
      patch.push({ op: 'add', path: appendToken(path, key), value: to[key] as JsonValue });
    }
  }
}

function compareArrays(path: string, from: JsonArray, to: JsonArray, patch: PatchOperation[]): void {
  for (const stretch of alignArrays(from, to)) {
    const paired = Math.min(stretch.fromEnd - stretch.fromStart, stretch.toEnd - stretch.toStart);
    // Everything left of a stretch is settled already, so positions are those of the new array.
    for (let offset = 0; offset < paired; offset++) {
      const at = stretch.toStart + offset;
      compareAt(`${path}/${at}`, from[stretch.fromStart + offset] as JsonValue, to[at] as JsonValue, patch);
    }
    for (let index = stretch.fromStart + paired; index < stretch.fromEnd; index++) {
      patch.push({ op: 'remove', path: `${path}/${stretch.toStart + paired}` });
    }
    for (let at = stretch.toStart + paired; at < stretch.toEnd; at++) {
      patch.push({ op: 'add', path: `${path}/${at}`, value: to[at] as JsonValue });
    }
  }
}
