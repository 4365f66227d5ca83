import { MemoryTokenBuckets } from '../memory';
import { type RateRules, RateLimits } from './rate-limits';

const workspace = { owner: 'ann', workspaceId: 'ws' };
const none = { reads: 0, writes: 0 };

function limitsOf(rules: Partial<RateRules>): RateLimits {
  const now = () => 0;
  const ports = { buckets: new MemoryTokenBuckets(now), observer: { hintFailed: () => undefined } };
  return new RateLimits(ports, { user: none, workspace: none, ...rules }, now);
}

it('count reads and writes, of users and workspaces, each for itself', async () => {
  const limits = limitsOf({ user: { reads: 2, writes: 1 }, workspace: { reads: 1, writes: 3 } });
  expect(await limits.ofUser('ann', 'reads')).toEqual({ policy: 'user-reads', perSecond: 2, left: 1 });
  expect(await limits.ofUser('ann', 'writes')).toEqual({ policy: 'user-writes', perSecond: 1, left: 0 });
  expect(await limits.ofUser('bob', 'writes')).toMatchObject({ left: 0 });
  expect(await limits.ofWorkspace(workspace, 'reads')).toMatchObject({ policy: 'workspace-reads' });
  expect(await limits.ofWorkspace(workspace, 'writes')).toMatchObject({
    policy: 'workspace-writes',
    left: 2,
  });
  const another = { owner: 'ann', workspaceId: 'other' };
  expect(await limits.ofWorkspace(another, 'reads')).toMatchObject({ left: 0 });
});

it('refuse what goes beyond, whether or not the bucket has to be asked', async () => {
  const limits = limitsOf({ user: { reads: 0.25, writes: 0 } });
  await limits.ofUser('ann', 'reads');
  const refusal = {
    code: 'rate_limited',
    facts: { policy: 'user-reads', perSecond: 0.25, retryAfterSeconds: 4 },
  };
  await expect(limits.ofUser('ann', 'reads')).rejects.toMatchObject(refusal);
  expect(() => limits.ofUser('ann', 'reads')).toThrow(expect.objectContaining(refusal));
});

it('say nothing where there is no limit', async () => {
  const limits = limitsOf({});
  expect([limits.ofUser('ann', 'writes'), limits.ofWorkspace(workspace, 'reads')]).toEqual([
    undefined,
    undefined,
  ]);
  await limits.ofTransaction('ann', workspace, 1000);
});

describe('a transaction', () => {
  const writes = { reads: 0, writes: 5 };

  it('is a write for every ten operations, one of which was counted with the request', async () => {
    const limits = limitsOf({ user: writes });
    await limits.ofTransaction('ann', workspace, 10);
    expect(await limits.ofUser('ann', 'writes')).toMatchObject({ left: 4 });
    await limits.ofTransaction('ann', workspace, 31);
    expect(await limits.ofUser('ann', 'writes')).toMatchObject({ left: 0 });
  });

  it('counts to its workspace, too', async () => {
    const limits = limitsOf({ workspace: writes });
    await limits.ofTransaction('ann', workspace, 50);
    await expect(limits.ofTransaction('bob', workspace, 21)).rejects.toMatchObject({
      code: 'rate_limited',
      policy: 'workspace-writes',
    });
    expect(await limits.ofWorkspace(workspace, 'writes')).toMatchObject({ left: 0 });
  });

  it('is never more than a second’s worth, so that it can be made at all', async () => {
    const limits = limitsOf({ user: writes });
    await limits.ofUser('ann', 'writes');
    await limits.ofTransaction('ann', workspace, 1000);
    await expect(limits.ofUser('ann', 'writes')).rejects.toMatchObject({ code: 'rate_limited' });
  });
});
