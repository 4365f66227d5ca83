import { seriesOf } from './series';

it('measures between two looks, and not over a restart', () => {
  const points = [
    { time: 0, requests: 10, seconds: 1 },
    { time: 2, requests: 20, seconds: 1.5 },
    { time: 4, requests: 20, seconds: 1.5 },
    { time: 6, requests: 3, seconds: 0.1 },
  ];
  expect(seriesOf(points)).toEqual({ times: [2, 4, 6], rates: [5, 0, null], latencies: [50, null, null] });
});
