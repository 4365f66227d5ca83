import { timeProblem } from './token-times';

const nowMs = 1_700_000_000_500;
const now = nowMs / 1000;

describe('the times of a token', () => {
  it.each<[object]>([
    [{}],
    [{ exp: now + 0.001 }],
    [{ exp: 1e15 }],
    [{ exp: Number.MAX_VALUE }],
    [{ nbf: now }],
    [{ nbf: -1 }],
    [{ iat: now + 3600 }],
    [{ exp: now + 1, nbf: now - 1, iat: now - 1 }],
  ])('are good where they are %j', (claims) => {
    expect(timeProblem({ ...claims }, nowMs)).toBeUndefined();
  });

  it.each<[object]>([
    [{ exp: now }],
    [{ exp: now - 0.1 }],
    [{ exp: 0 }],
    [{ exp: -1e15 }],
    [{ nbf: now + 0.001 }],
    [{ nbf: 1e15 }],
    ...['exp', 'nbf', 'iat'].flatMap((name) =>
      [null, '1900000000', true, {}, [1_900_000_000], NaN, Infinity, -Infinity].map((value): [object] => [
        { [name]: value },
      ]),
    ),
  ])('are refused where they are %j', (claims) => {
    expect(timeProblem({ ...claims }, nowMs)).toEqual(expect.any(String));
  });
});
