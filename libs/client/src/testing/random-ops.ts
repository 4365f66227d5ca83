import {
  type JsonValue,
  type PatchRequest,
  appendToken,
  applyPatch,
  isJsonObject,
} from '@nexus-state/documents';

/** A generator of numbers in [0, 1) that always gives the same for one seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One to three operations that apply to a state, the same for the same seed. */
export function randomOps(state: JsonValue, seed: number): PatchRequest {
  const random = seeded(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const ops: PatchRequest[number][] = [];
  let current = state;
  for (let count = 1 + Math.floor(random() * 3); count > 0; count--) {
    const places = placesIn('', current);
    const { path, value } = pick(places);
    const inside = places.filter((place) => place.path !== '');
    const key = pick(['a', 'b', 'c', 'list']);
    const fresh = pick<JsonValue>([Math.floor(random() * 10), 'x', 'y', { a: 1 }, [1, 2], null]);
    const options: PatchRequest[number][] = [];
    if (Array.isArray(value)) options.push({ op: 'add', path: `${path}/${pick(['-', '0'])}`, value: fresh });
    else if (isJsonObject(value)) options.push({ op: 'add', path: appendToken(path, key), value: fresh });
    if (typeof value === 'number') options.push({ op: 'inc', path, value: 1 + Math.floor(random() * 5) });
    if (path !== '') {
      options.push({ op: 'replace', path, value: fresh }, { op: 'remove', path });
      options.push({ op: 'test', path, value });
      options.push({ op: 'move', from: pick(inside).path, path });
    }
    if (options.length === 0) continue;
    const option = pick(options);
    try {
      current = applyPatch(current, [option]).value;
      ops.push(option);
    } catch {
      // A move into itself, or an increment that is not exact: another one is made of it.
    }
  }
  return ops;
}

function placesIn(path: string, value: JsonValue): { readonly path: string; readonly value: JsonValue }[] {
  const below = Array.isArray(value)
    ? value.map((item, index) => [String(index), item as JsonValue] as const)
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  return [{ path, value }, ...below.flatMap(([token, item]) => placesIn(appendToken(path, token), item))];
}
