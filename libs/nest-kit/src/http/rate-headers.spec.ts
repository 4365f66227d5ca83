import { rateHeaders } from './rate-headers';

it('give the limit and the requests left', () => {
  expect(rateHeaders({ policy: 'user-writes', perSecond: 200, left: 199 })).toEqual({
    'ratelimit-policy': '"user-writes";q=200;w=1',
    ratelimit: '"user-writes";r=199;t=1',
  });
});

it('give the time until requests are allowed again', () => {
  const { ratelimit } = rateHeaders({ policy: 'user-reads', perSecond: 20, left: 0 }, 3);
  expect(ratelimit).toBe('"user-reads";r=0;t=3');
});

it('are whole numbers for every limit', () => {
  const policyOf = (perSecond: number) =>
    rateHeaders({ policy: 'user-reads', perSecond, left: 0 })['ratelimit-policy'];
  expect([2.5, 1, 0.01, 0.3].map(policyOf)).toEqual([
    '"user-reads";q=2;w=1',
    '"user-reads";q=1;w=1',
    '"user-reads";q=1;w=100',
    '"user-reads";q=1;w=4',
  ]);
});
