import * as fc from 'fast-check';

const keys = [
  'a',
  'key',
  '"b c"',
  '"\\u0041"',
  '"\\ud800"',
  '"\\u0000"',
  '*',
  '**',
  '**{2}',
  '**{1 to last}',
];
const indexes = ['*', '0', 'last', '-1', '0 to 9', '99999999999999999999', '1.5', '"x"', '$'];
const literals = [
  '1',
  '"z"',
  'null',
  'true',
  '1e400000',
  '-1e-400000',
  '0x7fffffffffffffffff',
  '$x',
  '@',
  '""',
];
const methods = [
  ...['type()', 'size()', 'double()', 'ceiling()', 'abs()', 'keyvalue()', 'datetime()', 'datetime("xxx")'],
  ...[
    'datetime("HH24:MI")',
    'datetime("YYYY;;")',
    'bigint()',
    'decimal(9, 99999)',
    'timestamp_tz(99)',
    'nothing()',
  ],
];
const regexes = [
  '"["',
  '"a+"',
  '"(a"',
  '"\\\\1"',
  '"(x+x+)+y"',
  '"a{9999}"',
  '"a" flag "z"',
  '"a" flag "xq"',
];
const operators = ['==', '!=', '<', '>=', '<>', '+', '*', '/', '%', '&&', '||', 'starts with', 'like_regex'];

const step = fc.oneof(
  fc.constantFrom(...keys).map((key) => `.${key}`),
  fc.constantFrom(...indexes).map((index) => `[${index}]`),
  fc.constantFrom(...methods).map((method) => `.${method}`),
);
const chain = fc
  .tuple(fc.constantFrom('$', '@', '$x'), fc.array(step, { maxLength: 4 }))
  .map(([root, steps]) => root + steps.join(''));
const operand = fc.oneof(chain, fc.constantFrom(...literals, ...regexes));
const comparison = fc
  .tuple(operand, fc.constantFrom(...operators), operand)
  .map(([left, operator, right]) => `${left} ${operator} ${right}`);

/** SQL/JSON paths that are nearly right, and other text: what a careless or hostile caller may send. */
export const hostilePath: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(chain, comparison).map(([path, filter]) => `${path} ? (${filter})`) },
  { weight: 2, arbitrary: chain },
  { weight: 2, arbitrary: comparison },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom('strict ', 'lax '), chain).map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: comparison.map((filter) => `!(${filter}) is unknown`) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);
