import {
  type JsonArray,
  type JsonObject,
  type PatchRequest,
  applyPatch,
  isJsonObject,
} from '@nexus-state/documents';
import fc from 'fast-check';
import type { Rule } from './rule-model';

const below = (limit: number) => fc.noBias(fc.nat({ max: limit - 1 }));

/** Choices that are the same for the same seed. */
export class Dice {
  readonly #generate: fc.GeneratorValue;

  constructor(seed: number) {
    const [generate] = fc.sample(fc.gen(), { seed, numRuns: 1 });
    if (!generate) throw new Error('fast-check gave no generator.');
    this.#generate = generate;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.#generate(below, from.length)] as T;
  }

  /** @param share from 0 to 1, in steps of a tenth */
  chance(share: number): boolean {
    return this.pick([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) < share * 10;
  }

  maybe<T>(from: readonly T[]): T | undefined {
    return this.chance(0.5) ? this.pick(from) : undefined;
  }

  some<T>(from: readonly T[], max: number): T[] {
    const count = 1 + this.pick(Array.from({ length: max }, (_, index) => index));
    return [...new Set(Array.from({ length: count }, () => this.pick(from)))];
  }
}

const globs = [
  ...['/title', '/n', '/deep', '/deep/secret', '/extra', '/nothing', '/items', '/items/0', '/items/1/price'],
  ...['/items/*', '/items/*/price', '/items/*/name', '/**/secret', '/**/price', '/deep/**', '/*', '/**', ''],
];

/** One to three rules, that each name some of what a rule can name. */
export function randomRules(dice: Dice, panels: readonly string[], users: readonly string[]): Rule[] {
  const patterns = [...panels, '*', 'l*', '*r', 'other*'];
  return Array.from({ length: dice.pick([1, 2, 3]) }, (): Rule => {
    const triggeredBy = dice.maybe(['ai', 'user', 'import', 'system']);
    const actor = dice.chance(0.3) ? dice.pick(users) : undefined;
    const when = {
      ...(triggeredBy === undefined ? {} : { triggeredBy }),
      ...(actor === undefined ? {} : { actor }),
      ...(dice.chance(0.5) ? { panels: dice.some(patterns, 2) } : {}),
      ...(dice.chance(0.8) ? { pointers: dice.some(globs, 2) } : {}),
    };
    const approvers = dice.pick([
      undefined,
      { role: 'admin' },
      { role: 'owner' },
      { users: dice.some(users, 2) },
    ] as const);
    return { when, need: 'proposal', ...(approvers ? { approvers } : {}) };
  });
}

/** A state that the places of rules are in, or not. */
export function randomState(dice: Dice): JsonObject {
  return {
    title: dice.pick(['a', 'b', 'c']),
    n: dice.pick([0, 1, 2]),
    ...(dice.chance(0.7) ? { deep: { secret: dice.pick(['x', 'y']), open: dice.pick([1, 2]) } } : {}),
    ...(dice.chance(0.7) ? { items: [randomItem(dice), randomItem(dice)] } : {}),
    ...(dice.chance(0.3) ? { extra: { secret: 1, list: [1] } } : {}),
  };
}

function randomItem(dice: Dice): JsonObject {
  return { name: dice.pick(['n', 'm']), price: dice.pick([1, 2, 3]) };
}

/** One to three operations that apply to a state and change it. */
export function randomPatch(dice: Dice, state: JsonObject): PatchRequest {
  for (;;) {
    const patch: PatchRequest[number][] = [];
    let current = state;
    for (let left = dice.pick([1, 1, 2, 3]); left > 0; left--) {
      const operations = dice.pick(stepsOn(current, dice));
      patch.push(...operations);
      current = applyPatch(current, operations).value as JsonObject;
    }
    if (JSON.stringify(current) !== JSON.stringify(state)) return patch;
  }
}

/** An increment, which no PATCH without versions is needed for. */
export function increment(dice: Dice): PatchRequest {
  return [{ op: 'inc', path: '/n', value: dice.pick([1, 2, 5]) }];
}

function stepsOn(state: JsonObject, dice: Dice): PatchRequest[] {
  const { deep, items, extra, title } = state;
  const steps: PatchRequest[] = [
    [{ op: 'replace', path: '/title', value: `title ${dice.pick([1, 2, 3, 4])}` }],
    [
      { op: 'test', path: '/title', value: title ?? null },
      { op: 'add', path: '/other', value: dice.pick([1, 2]) },
    ],
    [{ op: 'add', path: '/extra', value: { secret: dice.pick([1, 2]), list: [] } }],
    [{ op: 'copy', from: '/title', path: `/copy${dice.pick([1, 2])}` }],
    increment(dice),
  ];
  if (isJsonObject(deep))
    steps.push(
      [{ op: 'replace', path: '/deep/secret', value: dice.pick(['x', 'y', 'z']) }],
      [{ op: 'add', path: '/deep/open', value: dice.pick([1, 2, 3]) }],
      [{ op: 'replace', path: '/deep', value: { secret: 'x', open: dice.pick([1, 2]) } }],
      [{ op: 'remove', path: '/deep' }],
      [{ op: 'move', from: '/deep', path: '/extra' }],
    );
  else steps.push([{ op: 'add', path: '/deep', value: { open: 1, secret: 'x' } }]);
  if (Array.isArray(items)) steps.push(...stepsInItems(items as JsonArray, dice));
  else steps.push([{ op: 'add', path: '/items', value: [randomItem(dice)] }]);
  if (extra !== undefined) steps.push([{ op: 'remove', path: '/extra' }]);
  return steps;
}

function stepsInItems(items: JsonArray, dice: Dice): PatchRequest[] {
  const steps: PatchRequest[] = [
    [{ op: 'add', path: '/items/-', value: randomItem(dice) }],
    [{ op: 'add', path: '/items/0', value: randomItem(dice) }],
  ];
  if (items.length > 0)
    steps.push(
      [{ op: 'replace', path: '/items/0/price', value: dice.pick([1, 2, 3, 4]) }],
      [{ op: 'replace', path: '/items/0/name', value: dice.pick(['n', 'm', 'o']) }],
      [{ op: 'remove', path: '/items/0' }],
    );
  return steps;
}
