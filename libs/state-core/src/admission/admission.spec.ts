import type { RequestKind, RateRules } from '../limits';
import { RateLimits } from '../limits';
import { MemoryTokenBuckets, MemoryWorkspaceStore } from '../memory';
import { WorkspaceNotFound } from '../errors';
import { AccessControl } from '../workspaces';
import { type Access, PathPatterns, type Role } from '../workspaces/access';
import { Admission, type Place } from './admission';
import type { Caller, Scope } from './caller';

const none = { reads: 0, writes: 0 };

/** Ann owns `ws` and `own`; the others have the role that their name says in `ws`, but for the stranger. */
async function admissionWith(rules: Partial<RateRules> = {}): Promise<Admission> {
  const store = new MemoryWorkspaceStore();
  const shared = { owner: 'ann', workspaceId: 'ws' };
  await store.create(shared, { name: 'ws', description: null });
  for (const role of ['viewer', 'editor', 'admin'] as const) await store.putMember(shared, role, role);
  const now = () => 0;
  const ports = { buckets: new MemoryTokenBuckets(now), observer: { hintFailed: () => undefined } };
  return new Admission(
    new AccessControl(store),
    new RateLimits(ports, { user: none, workspace: none, ...rules }, now),
  );
}

function caller(subject: string, { scopes = ['state:read', 'state:write'], paths = ['*'] } = {}): Caller {
  return { subject, scopes: new Set(scopes), paths: new PathPatterns(paths) };
}

const inWs: Place = { workspaceId: 'ws', owner: 'ann', access: 'read' };

async function outcome(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'admitted',
    (error: { readonly code: string }) => error.code,
  );
}

describe('roles', () => {
  it.each<[Role | 'ann' | 'stranger', Record<Access, string>]>([
    ['ann', { read: 'admitted', write: 'admitted', manage: 'admitted', delete: 'admitted' }],
    ['admin', { read: 'admitted', write: 'admitted', manage: 'admitted', delete: 'forbidden' }],
    ['editor', { read: 'admitted', write: 'admitted', manage: 'forbidden', delete: 'forbidden' }],
    ['viewer', { read: 'admitted', write: 'forbidden', manage: 'forbidden', delete: 'forbidden' }],
    ['stranger', { read: 'not_found', write: 'not_found', manage: 'not_found', delete: 'not_found' }],
  ])('of %s', async (subject, expected) => {
    const admission = await admissionWith();
    const seen: Partial<Record<Access, string>> = {};
    for (const access of Object.keys(expected) as Access[]) {
      const place = { ...inWs, access };
      seen[access] = await outcome(admission.admit({ caller: caller(subject), place }));
    }
    expect(seen).toEqual(expected);
  });
});

describe('scopes', () => {
  it.each<[Scope, string[], string]>([
    ['state:read', ['state:read'], 'admitted'],
    ['state:write', ['state:write'], 'admitted'],
    ['state:write', ['state:read'], 'forbidden'],
    ['state:read', ['state:write'], 'forbidden'],
    ['state:admin', ['state:read', 'state:write'], 'forbidden'],
  ])('%s, with %j: %s', async (scope, scopes, expected) => {
    const admission = await admissionWith();
    expect(await outcome(admission.admit({ caller: caller('ann', { scopes }), scope }))).toBe(expected);
  });
});

describe('reach', () => {
  it.each<[string, string[], Partial<Place>, string]>([
    ['a panel within', ['ws/b*'], { panelId: 'bell' }, 'admitted'],
    ['a panel outside', ['ws/b*'], { panelId: 'lamp' }, 'not_found'],
    ['an id that is none', ['*'], { panelId: 'a/b' }, 'invalid_id'],
    ['part of the workspace', ['ws/b*'], {}, 'admitted'],
    ['nothing of the workspace', ['other/*'], {}, 'not_found'],
    ['the whole, with part', ['ws/b*'], { reach: 'whole' }, 'forbidden'],
    ['the whole to see it, with part', ['ws/b*'], { reach: 'whole-to-see' }, 'not_found'],
    ['the whole', ['ws/*'], { reach: 'whole' }, 'admitted'],
  ])('to %s with %j, %j: %s', async (_, paths, place, expected) => {
    const admission = await admissionWith();
    const request = { caller: caller('ann', { paths }), place: { ...inWs, ...place } };
    expect(await outcome(admission.admit(request))).toBe(expected);
  });

  it('gives the workspace with the role, and the panel', async () => {
    const admission = await admissionWith();
    const place = { workspaceId: 'ws', access: 'read' as const, panelId: 'lamp' };
    expect(await admission.admit({ caller: caller('viewer'), place })).toEqual({
      workspace: { owner: 'ann', workspaceId: 'ws', role: 'viewer' },
      panel: { owner: 'ann', workspaceId: 'ws', panelId: 'lamp' },
    });
  });
});

describe('keys', () => {
  it('are those that the token reaches, once the scope and the rate allow it', async () => {
    const admission = await admissionWith({ user: { reads: 2, writes: 0 } });
    const ask = (key: string, scopes = ['state:read']) =>
      outcome(
        admission.admit({
          caller: caller('ann', { scopes, paths: ['/a/*'] }),
          scope: 'state:read',
          counts: 'reads',
          key: () => key,
        }),
      );
    expect(await ask('/b', [])).toBe('forbidden');
    expect([await ask('/a/b'), await ask('/b'), await ask('/b')]).toEqual([
      'admitted',
      'not_found',
      'rate_limited',
    ]);
  });

  it('of a transaction are refused by its operation, and ten count as one write', async () => {
    const admission = await admissionWith({ user: { reads: 0, writes: 2 } });
    const narrow = caller('ann', { paths: ['/a/*'] });
    await expect(admission.admitKeyOperations(narrow, ['/a/b', '/b'])).rejects.toMatchObject({
      code: 'not_found',
      facts: { transactionIndex: 1, key: '/b' },
    });
    await admission.admitKeyOperations(narrow, Array(20).fill('/a/b'));
    const writes = { caller: narrow, counts: 'writes' } as const;
    expect([await outcome(admission.admit(writes)), await outcome(admission.admit(writes))]).toEqual([
      'admitted',
      'rate_limited',
    ]);
  });
});

describe('rates', () => {
  const one = { reads: 1, writes: 1 };
  const ask = (
    admission: Admission,
    by: Caller,
    counts: RequestKind = 'reads',
    place: Place | undefined = inWs,
  ) => outcome(admission.admit({ caller: by, scope: 'state:read', counts, place }));

  it('count nothing without the scope', async () => {
    const admission = await admissionWith({ user: one });
    expect(await ask(admission, caller('ann', { scopes: [] }))).toBe('forbidden');
    expect(await ask(admission, caller('ann'))).toBe('admitted');
    expect(await ask(admission, caller('ann'))).toBe('rate_limited');
    expect(await ask(admission, caller('ann'), 'writes')).toBe('admitted');
  });

  it('count to the user also what they may not see, and to the workspace only what is let in', async () => {
    const admission = await admissionWith({ user: { reads: 2, writes: 2 }, workspace: one });
    expect(await ask(admission, caller('stranger'))).toBe('not_found');
    expect(await ask(admission, caller('stranger'))).toBe('not_found');
    expect(await ask(admission, caller('stranger'))).toBe('rate_limited');
    const narrow = caller('viewer', { paths: ['ws/b*'] });
    expect(await ask(admission, narrow, 'reads', { ...inWs, panelId: 'lamp' })).toBe('not_found');
    expect(await ask(admission, caller('editor'))).toBe('admitted');
    expect(await ask(admission, caller('ann'))).toBe('rate_limited');
  });

  it('report the limit that is nearest to its end', async () => {
    const rates = (user: number, workspace: number) =>
      admissionWith({ user: { reads: user, writes: 0 }, workspace: { reads: workspace, writes: 0 } });
    const policiesOf = async (admission: Admission, place = inWs) => {
      const policies: string[] = [];
      const onCounted = ({ policy }: { readonly policy: string }) => policies.push(policy);
      await outcome(admission.admit({ caller: caller('ann'), counts: 'reads', place, onCounted }));
      return policies;
    };
    expect(await policiesOf(await rates(10, 100))).toEqual(['user-reads', 'user-reads']);
    expect(await policiesOf(await rates(100, 10))).toEqual(['user-reads', 'workspace-reads']);
    expect(await policiesOf(await rates(10, 10), { ...inWs, owner: 'bob' })).toEqual(['user-reads']);
  });

  it('are counted before the place is looked at, and the scope is checked before that', async () => {
    const admission = await admissionWith({ user: one });
    const place = (): Place => {
      throw new WorkspaceNotFound('none');
    };
    const ask = (scopes: string[]) =>
      outcome(
        admission.admit({ caller: caller('ann', { scopes }), scope: 'state:read', counts: 'reads', place }),
      );
    expect([await ask([]), await ask(['state:read']), await ask(['state:read'])]).toEqual([
      'forbidden',
      'not_found',
      'rate_limited',
    ]);
  });
});

describe('the operations of a transaction', () => {
  const workspace = { owner: 'ann', workspaceId: 'ws' };

  it('are refused where the token does not reach the panel of one', async () => {
    const admission = await admissionWith();
    const narrow = caller('ann', { paths: ['ws/b*'] });
    await expect(admission.admitOperations(narrow, workspace, ['bell', 'lamp'])).rejects.toMatchObject({
      code: 'not_found',
      facts: { transactionIndex: 1, panelId: 'lamp' },
    });
    await admission.admitOperations(narrow, workspace, ['bell', 'bowl']);
  });

  it('count as one write for every ten', async () => {
    const admission = await admissionWith({ user: { reads: 0, writes: 2 } });
    const panelIds = Array.from({ length: 20 }, (_, index) => `p${index}`);
    await admission.admitOperations(caller('ann'), workspace, panelIds);
    const writes = { caller: caller('ann'), counts: 'writes' } as const;
    expect(await outcome(admission.admit(writes))).toBe('admitted');
    expect(await outcome(admission.admit(writes))).toBe('rate_limited');
  });
});
