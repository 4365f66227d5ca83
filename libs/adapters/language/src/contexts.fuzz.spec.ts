import fc from 'fast-check';
import type { ContextFormat } from '@nexus-state/state-core';
import type { JsonObject } from '@nexus-state/documents';
import { ContextWorld } from './testing/context-world';

const runs = Number(process.env['CONTEXT_RUNS'] ?? 40);

/** Values that tokenizers and formats stumble over. */
const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }).map((text) => text.replaceAll('\u0000', '').toWellFormed()),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom(
    '<|endoftext|>',
    '</part>\n]]>&<',
    '## fake@1#/x\n',
    '😀'.repeat(500),
    '\u202eשלום مرحبا\u202c',
    '//\n/\n/',
    '   ',
    'x'.repeat(2_000),
  ),
);
const state = fc.oneof(
  fc.dictionary(hostileText, fc.oneof(hostileText, fc.integer(), fc.constant(null)), { maxKeys: 12 }),
  fc
    .tuple(fc.nat(300), hostileText)
    .map(([count, text]) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, `${at} ${text}`])),
    ),
  fc.object({ key: hostileText, maxDepth: 4, values: [hostileText, fc.integer(), fc.boolean()] }),
) as fc.Arbitrary<JsonObject>;
const panels = fc.dictionary(
  fc.stringMatching(/^[A-Za-z0-9._~:-]{1,8}$/).filter((id) => !/^\.{1,2}$/.test(id)),
  state,
  {
    minKeys: 1,
    maxKeys: 5,
  },
);
const budget = fc.oneof(fc.nat(60), fc.nat(600), fc.nat(200_000));
const format = fc.constantFrom<ContextFormat>('markdown', 'json', 'xml');
const query = fc.option(fc.constantFrom('lamp', 'endoftext', 'x', 'k7', '😀'), { nil: undefined });

describe('contexts of any workspace', () => {
  it('keep to their budget, to the token, and say what is missing', async () => {
    await fc.assert(
      fc.asyncProperty(
        panels,
        budget,
        format,
        query,
        fc.constantFrom('o200k_base' as const, 'cl100k_base' as const),
        async (states, budgetTokens, kind, words, vocabulary) => {
          const world = new ContextWorld();
          for (const [panelId, own] of Object.entries(states)) await world.write(panelId, own);
          const ask = world.ask({ budgetTokens, format: kind, query: words, vocabulary });
          const context = await world.contexts.compose(ask);
          const [exact] = await world.tokenizer.count(vocabulary, [context.text]);
          expect(context.tokens).toBe(exact);
          expect(context.tokens).toBeLessThanOrEqual(budgetTokens);
          if (kind === 'json' && budgetTokens > 0) expect(() => JSON.parse(context.text)).not.toThrow();
          const told = new Set([...context.parts, ...context.omitted].map(({ panelId }) => panelId));
          expect(told).toEqual(new Set(Object.keys(states)));
          const again = await world.afresh().compose(ask);
          expect([again.text, again.cacheKey]).toEqual([context.text, context.cacheKey]);
        },
      ),
      { numRuns: runs },
    );
  }, 300_000);

  it('tell of changes within their budget', async () => {
    await fc.assert(
      fc.asyncProperty(panels, panels, budget, format, async (before, after, budgetTokens, kind) => {
        const world = new ContextWorld();
        for (const [panelId, own] of Object.entries(before)) await world.write(panelId, own);
        const sinceRevision = Object.keys(before).length;
        for (const [panelId, own] of Object.entries(after)) await world.write(panelId, own);
        const context = await world.contexts.compose(
          world.ask({ budgetTokens, format: kind, sinceRevision, include: ['changes'] }),
        );
        const [exact] = await world.tokenizer.count('o200k_base', [context.text]);
        expect(context.tokens).toBe(exact);
        expect(context.tokens).toBeLessThanOrEqual(budgetTokens);
        for (const { panelId } of [...context.parts, ...context.omitted])
          expect(after).toHaveProperty([panelId]);
      }),
      { numRuns: runs },
    );
  }, 300_000);
});

describe('contexts of extreme states', () => {
  it.each([
    ['a megabyte of emoji', { text: '😀'.repeat(250_000) }],
    [
      'ten thousand members',
      Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`key-${at}`, at])),
    ],
    ['a megabyte of one letter', { a: 'a'.repeat(1_000_000), b: 1 }],
    [
      'right to left',
      Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`שדה${at}`, 'مرحبا بالعالم'])),
    ],
  ])(
    'keep to any budget: %s',
    async (_, own) => {
      const world = new ContextWorld();
      await world.write('extreme', own);
      await world.write('small', { lamp: 'on' });
      for (const format of ['markdown', 'json', 'xml'] as const)
        for (const budgetTokens of [0, 1, 30, 500, 20_000, 200_000]) {
          const context = await world.contexts.compose(world.ask({ budgetTokens, format }));
          const [exact] = await world.tokenizer.count('o200k_base', [context.text]);
          expect([budgetTokens, context.tokens]).toEqual([budgetTokens, exact]);
          expect(context.tokens).toBeLessThanOrEqual(budgetTokens);
        }
    },
    300_000,
  );
});
