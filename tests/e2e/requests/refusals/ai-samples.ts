import { randomUUID } from 'node:crypto';
import { ApiClient, testToken } from '@nexus-state/test-kit';
import type { Sample } from './samples';

const state = '/api/state/{workspaceId}';

/** A turn with a change, and one that has ended. */
const aTurn = async (owner: ApiClient) => {
  const begin = async () =>
    (await owner.post('/api/state/ws/turns', { agent: 'a', policy: 'merge' })).body.turnId as string;
  const [turnId, ended] = [await begin(), await begin()];
  await owner.post(`/api/state/ws/turns/${ended}/commit`, undefined);
  await owner.patch('/api/state/ws/panel', {
    patches: [{ op: 'add', path: '/t', value: 1 }],
    version: 2,
    turnId,
  });
  return { turnId, ended };
};

const change = { panelId: 'panel', version: 2, patches: [{ op: 'replace', path: '/n', value: 7 }] };

async function propose(author: ApiClient, changes: readonly object[], query = ''): Promise<string> {
  const { body } = await author.post(`/api/state/ws/proposals${query}`, { title: 'Title', changes });
  return body.proposalId as string;
}

/** A proposal of the owner, and one that is closed. */
const ownProposal = async (owner: ApiClient) => {
  const [proposalId, closed] = [await propose(owner, [change]), await propose(owner, [change])];
  await owner.post(`/api/state/ws/proposals/${closed}/withdraw`, undefined);
  return { proposalId, closed };
};

/** A proposal of a member, one that is closed, and one that collides with what is there. */
const othersProposal = async (owner: ApiClient) => {
  const member = `member-${randomUUID()}`;
  await owner.put(`/api/workspaces/ws/members/${member}`, { role: 'editor' });
  const author = new ApiClient(owner['baseUrl'], testToken(member));
  const old = { ...change, version: 1, patches: [{ op: 'replace', path: '/n', value: 9 }] };
  const proposalId = await propose(author, [change]);
  const [closed, colliding] = [await propose(author, [change]), await propose(author, [old])];
  await author.post(`/api/state/ws/proposals/${closed}/withdraw`, undefined);
  return { proposalId, closed, colliding };
};

/** Turns, undo, proposals and approval rules. */
export const samplesOfAi: Readonly<Record<string, Sample>> = {
  [`POST ${state}/turns`]: { status: 201, role: 'editor', body: { agent: 'helper', policy: 'merge' } },
  [`GET ${state}/turns`]: { status: 200, role: 'viewer' },
  [`GET ${state}/turns/{turnId}`]: { status: 200, role: 'viewer', prepare: aTurn },
  [`POST ${state}/turns/{turnId}/commit`]: { status: 200, role: 'editor', prepare: aTurn },
  [`POST ${state}/turns/{turnId}/abort`]: { status: 200, role: 'editor', prepare: aTurn, body: {} },
  [`POST ${state}/undo`]: { status: 200, role: 'editor', body: { sinceRevision: 1 } },
  [`POST ${state}/proposals`]: { status: 201, role: 'editor', body: { title: 'Title', changes: [change] } },
  [`GET ${state}/proposals`]: { status: 200, role: 'viewer' },
  [`GET ${state}/proposals/{proposalId}`]: { status: 200, role: 'viewer', prepare: ownProposal },
  [`POST ${state}/proposals/{proposalId}/approve`]: {
    status: 200,
    role: 'editor',
    prepare: othersProposal,
    body: {},
  },
  [`POST ${state}/proposals/{proposalId}/reject`]: {
    status: 200,
    role: 'editor',
    prepare: othersProposal,
    body: { reason: 'no' },
  },
  [`POST ${state}/proposals/{proposalId}/withdraw`]: { status: 200, role: 'editor', prepare: ownProposal },
  'GET /api/workspaces/{workspaceId}/approval-rules': { status: 200, role: 'viewer' },
  'PUT /api/workspaces/{workspaceId}/approval-rules': {
    status: 200,
    role: 'admin',
    body: [{ when: { triggeredBy: 'ai' }, need: 'proposal' }],
    freeBody: true,
  },
};
