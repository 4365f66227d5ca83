import fc from 'fast-check';
import { countTokens as countCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as countO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { LocalTokenizer } from './local-tokenizer';
import type { VocabularyCounter } from './vocabulary';
import { vocabularyOf } from './vocabulary';

const asText = { disallowedSpecial: new Set<string>() };
const peers = {
  o200k_base: (text: string) => countO200k(text, asText),
  cl100k_base: (text: string) => countCl100k(text, asText),
};
const runs = Number(process.env['CONTEXT_RUNS'] ?? 200);

describe.each(['o200k_base', 'cl100k_base'] as const)('%s', (name) => {
  let counter: VocabularyCounter;
  beforeAll(async () => {
    counter = await vocabularyOf(name);
  }, 60_000);

  it.each([
    '',
    'a',
    '{"name":"Garden lamp","on":true}\n',
    'a <|endoftext|> b <|im_start|>',
    '😀👨‍👩‍👧‍👦🇩🇪',
    'שלום עולם مرحبا',
    '東京都庁\u3000ﾊﾝｶｸ',
    '   \n\n\t x',
    '\u0000\u007f\ufffe',
    "I'll DON'T we'Re",
    '1234567890',
    '😀'.repeat(300),
    'a'.repeat(3_000),
    'Zażółć gęślą jaźń '.repeat(50),
    ' '.repeat(2_000),
  ])('counts %j as gpt-tokenizer does', (text) => {
    expect(counter.count(text)).toBe(peers[name](text));
  });

  it('counts any text as gpt-tokenizer does', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.json(),
      fc
        .tuple(fc.string({ unit: 'grapheme', maxLength: 4 }), fc.nat(400))
        .map(([one, times]) => one.repeat(times)),
    );
    fc.assert(
      fc.property(text, (one) => expect(counter.count(one)).toBe(peers[name](one))),
      { numRuns: runs },
    );
  });

  it.each(['😀'.repeat(2 ** 18), 'a'.repeat(2 ** 20), 'Ab9'.repeat(2 ** 18), 'שלום'.repeat(2 ** 17)])(
    'counts a megabyte without a break in seconds',
    (text) => {
      const began = performance.now();
      expect(counter.count(text)).toBeGreaterThan(1_000);
      expect(performance.now() - began).toBeLessThan(30_000);
    },
    60_000,
  );
});

it('counts lines alone as it counts them together', async () => {
  const tokenizer = new LocalTokenizer();
  const line = fc
    .string({ unit: 'grapheme', maxLength: 30 })
    .map((text) => `${text.replace(/[\r\n]/g, '').replace(/^[\s/]+/, '')}`)
    .filter((text) => text !== '' && !/^[\s/]/.test(text))
    .map((text) => `${text}\n`);
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 8 }),
      fc.constantFrom('o200k_base', 'cl100k_base'),
      async (lines, name) => {
        const counts = await tokenizer.count(name, [...lines, lines.join('')]);
        const whole = counts.at(-1);
        expect(counts.slice(0, -1).reduce((sum, count) => sum + count, 0)).toBe(whole);
      },
    ),
    { numRuns: runs },
  );
}, 60_000);
