import { parsePreference } from './preference';

describe('parsePreference', () => {
  it.each([
    [undefined, false, undefined],
    ['respond-async', true, undefined],
    ['Respond-Async, wait=10', true, 10_000],
    ['wait=5, handling=lenient; foo="a", respond-async', true, 5_000],
    ['wait="3"', false, 3_000],
    ['respond-async;strict', true, undefined],
    ['wait=soon, respond-asynchronously', false, undefined],
    ['wait=1, wait=9', false, 1_000],
  ])('reads %s', (header, respondAsync, waitMs) => {
    expect(parsePreference(header)).toEqual({ respondAsync, waitMs });
  });
});
