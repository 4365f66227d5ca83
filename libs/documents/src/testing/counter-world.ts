import * as fc from 'fast-check';
import { type JsonArray, type JsonObject, type JsonValue, type PatchRequest, applyPatch } from '..';

/**
 * A document of counters: alone, in objects, in arrays, and below. Every write keeps its shape, so that every
 * counter can be found again, and what became of it can be counted.
 */
export interface Counters {
  readonly n: number;
  readonly o: { readonly n: number; readonly p: { readonly n: number } };
  /** Texts may be inserted anywhere in this one; it is never written whole. */
  readonly list: readonly (number | { readonly n: number } | string)[];
  /** Written whole at times; nothing is inserted. The ids let a comparison of two such arrays tell the elements apart. */
  readonly pair: Pair;
}

type Pair = readonly [{ readonly id: 'a'; readonly n: number }, { readonly id: 'b'; readonly n: number }];

export const counterNames = ['n', 'o.n', 'o.p.n', 'list.0', 'list.1', 'pair.0', 'pair.1'] as const;
export type CounterName = (typeof counterNames)[number];

/** What a patch did to one counter: what it wrote last, if it did, and what it added since. */
export interface CounterEffect {
  readonly written?: number;
  /** The sum of what it added after it wrote, or without having written; absent where it added nothing. */
  readonly added?: number;
}

/** A patch for a document of counters, and what it does to each of them. */
export interface CounterPatch {
  readonly patch: PatchRequest;
  readonly effects: ReadonlyMap<CounterName, CounterEffect>;
}

/** One random step; what it does depends on the document it meets. */
export interface CounterStep {
  readonly kind: 'inc' | 'replace' | 'write' | 'readd' | 'insert';
  readonly at: number;
  readonly amount: number;
  readonly values: readonly number[];
}

const small = fc.integer({ min: 0, max: 3 });

/** Few different numbers, so that two sides often come to the same. */
export const counters: fc.Arbitrary<Counters> = fc
  .tuple(small, small, small, small, small, small, small)
  .map(([a, b, c, d, e, f, g]) => ({
    n: a,
    o: { n: b, p: { n: c } },
    list: [d, { n: e }],
    pair: pairOf(f, g),
  }));

export const counterStep: fc.Arbitrary<CounterStep> = fc.record({
  kind: fc.constantFrom('inc', 'inc', 'inc', 'replace', 'write', 'readd', 'insert'),
  at: fc.nat(),
  amount: fc.constantFrom(-1, 1, 1, 2),
  values: fc.array(small, { minLength: 2, maxLength: 2 }),
});

function pairOf(first: number, second: number): Pair {
  return [
    { id: 'a', n: first },
    { id: 'b', n: second },
  ];
}

/** The number of each counter. */
export function readCounters(state: JsonValue): Map<CounterName, number> {
  const { n, o, list, pair } = state as unknown as Counters;
  const [first, second] = list.filter((item) => typeof item !== 'string') as [number, { n: number }];
  return new Map([
    ['n', n],
    ['o.n', o.n],
    ['o.p.n', o.p.n],
    ['list.0', first],
    ['list.1', second.n],
    ['pair.0', pair[0].n],
    ['pair.1', pair[1].n],
  ]);
}

/** Turns steps into a patch for a state. */
export function counterPatch(state: JsonValue, steps: readonly CounterStep[]): CounterPatch {
  let at = state;
  const patch: PatchRequest[number][] = [];
  const effects = new Map<CounterName, CounterEffect>();
  for (const step of steps) {
    const { operations, ...effect } = takeStep(at as JsonObject, step);
    at = applyPatch(at, operations).value;
    patch.push(...operations);
    for (const [name, written] of effect.written ?? []) effects.set(name, { written });
    if (effect.added) {
      const before = effects.get(effect.added) ?? {};
      effects.set(effect.added, { ...before, added: (before.added ?? 0) + step.amount });
    }
  }
  return { patch, effects };
}

interface Step {
  readonly operations: PatchRequest;
  readonly written?: readonly (readonly [CounterName, number])[];
  readonly added?: CounterName;
}

function takeStep(state: JsonObject, { kind, at, amount, values }: CounterStep): Step {
  const name = counterNames[at % counterNames.length] as CounterName;
  const path = pathOf(state, name);
  const [first, second] = values as [number, number];
  switch (kind) {
    case 'inc':
      return { operations: [{ op: 'inc', path, value: amount }], added: name };
    case 'replace':
      return { operations: [{ op: 'replace', path, value: first }], written: [[name, first]] };
    case 'insert': {
      const index = at % ((state['list'] as JsonArray).length + 1);
      return { operations: [{ op: 'add', path: `/list/${index}`, value: `text ${at}` }] };
    }
    case 'write':
    case 'readd': {
      const whole = wholes(first, second)[at % 4] as Whole;
      const add = { op: 'add', path: whole.path, value: whole.value } as const;
      return {
        operations: kind === 'write' ? [add] : [{ op: 'remove', path: whole.path }, add],
        written: whole.written,
      };
    }
  }
}

interface Whole {
  readonly path: string;
  readonly value: JsonValue;
  readonly written: readonly (readonly [CounterName, number])[];
}

function wholes(first: number, second: number): readonly Whole[] {
  return [
    { path: '/n', value: first, written: [['n', first]] },
    {
      path: '/o',
      value: { n: first, p: { n: second } },
      written: [
        ['o.n', first],
        ['o.p.n', second],
      ],
    },
    { path: '/o/p', value: { n: first }, written: [['o.p.n', first]] },
    {
      path: '/pair',
      value: pairOf(first, second) as unknown as JsonValue,
      written: [
        ['pair.0', first],
        ['pair.1', second],
      ],
    },
  ];
}

function pathOf(state: JsonObject, name: CounterName): string {
  const list = state['list'] as JsonArray;
  const [first, second] = list.flatMap((item, index) => (typeof item === 'string' ? [] : [index]));
  if (name === 'list.0') return `/list/${first}`;
  if (name === 'list.1') return `/list/${second}/n`;
  const path = `/${name.replaceAll('.', '/')}`;
  return name.startsWith('pair') ? `${path}/n` : path;
}
