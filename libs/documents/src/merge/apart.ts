import type { IncrementOperation, JsonPatch, PatchOperation, PatchRequest } from '../patch';

type Operation = PatchOperation | IncrementOperation;

/** More pairs of operations than this are not compared: what they do is traced sooner. */
const maxPairs = 10_000;

/**
 * Whether an incoming patch and what was accepted since its base go to places that are apart: no value that one of them writes, puts or
 * removes is, holds, or lies within one of the other's, and their ways part in an object. Then each does the same
 * whether the other was there or not, and nothing is to be merged. Only what is certain counts: a key that could be an index counts as one, since elements of an array shift.
 */
export function areApart(incoming: PatchRequest, applied: readonly JsonPatch[]): boolean {
  const theirs = applied.flat();
  return (
    theirs.length * incoming.length <= maxPairs &&
    incoming.every(isInPlace) &&
    theirs.every((one) => isInPlace(one) && incoming.every(({ path }) => part(one.path, path)))
  );
}

/** Whether an operation has to do with the value at its path alone, and says nothing about it. */
function isInPlace({ op }: Operation): boolean {
  return op !== 'move' && op !== 'copy' && op !== 'test';
}

/** Whether two pointers (RFC 6901) part at the keys of an object. */
function part(one: string, other: string): boolean {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  // Where a token ends in both of them, one leads to the other, or to what is around it.
  if (/^\/?$/.test(one.charAt(at) + other.charAt(at))) return false;
  const token = one.lastIndexOf('/', at - 1) + 1;
  // What begins like this may be an index, or `-`.
  return !/[-\d]/.test(one.charAt(token) + other.charAt(token));
}
