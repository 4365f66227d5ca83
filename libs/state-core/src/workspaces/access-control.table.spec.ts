import { StateError } from '@nexus-state/documents';
import { MemoryWorkspaceStore } from '../memory';
import { type Access, PathPatterns } from './access';
import { AccessControl } from './access-control';

const ws = { owner: 'ann', workspaceId: 'ws' };
const operations = ['read', 'write', 'manage', 'delete'] as const satisfies readonly Access[];

let access: AccessControl;
beforeEach(async () => {
  const store = new MemoryWorkspaceStore();
  access = new AccessControl(store);
  await store.create(ws, { name: 'ws', description: null });
  for (const role of ['admin', 'editor', 'viewer'] as const) await store.putMember(ws, `${role} bob`, role);
});

/** What a user who opens the workspace for an operation gets: their role, or the refusal. */
async function outcomeOf(
  subject: string,
  claim: readonly string[] | undefined,
  operation: Access,
): Promise<string> {
  try {
    const paths = new PathPatterns(claim);
    const request = { subject, paths, workspaceId: 'ws', owner: 'ann', access: operation, existing: true };
    const { role, ...key } = await access.open(request);
    expect(key).toEqual(ws);
    return role;
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

const needs = (role: string) => `forbidden: This request requires the role "${role}" in the workspace.`;
const hidden = 'not_found: There is no workspace "ws".';

const everything = {
  owner: ['owner', 'owner', 'owner', 'owner'],
  admin: ['admin', 'admin', 'admin', needs('owner')],
  editor: ['editor', 'editor', needs('admin'), needs('owner')],
  viewer: ['viewer', needs('editor'), needs('admin'), needs('owner')],
  stranger: [hidden, hidden, hidden, hidden],
};
const nothing = {
  owner: [hidden, hidden, hidden, hidden],
  admin: [hidden, hidden, hidden, hidden],
  editor: [hidden, hidden, hidden, hidden],
  viewer: [hidden, hidden, hidden, hidden],
  stranger: [hidden, hidden, hidden, hidden],
};
const subjects = {
  owner: 'ann',
  admin: 'admin bob',
  editor: 'editor bob',
  viewer: 'viewer bob',
  stranger: 'carl',
};

/** Claims, and whether they reach into the workspace. What they reach there is decided panel by panel. */
const claims: [string, readonly string[] | undefined, typeof everything][] = [
  ['no paths', undefined, everything],
  ['*', ['*'], everything],
  ['the workspace', ['ws/*'], everything],
  ['one panel of it', ['ws/panel_7'], everything],
  ['a pattern of workspaces', ['w*/panel*'], everything],
  ['it among others', ['other/*', 'ws/a'], everything],
  ['no path at all', [], nothing],
  ['another workspace', ['other/*'], nothing],
  ['a longer id', ['ws2/*'], nothing],
  ['a pattern that names no panel', ['ws'], nothing],
  ['too many segments', ['ws/a/b'], nothing],
  ['another letter case', ['WS/*'], nothing],
];

const rows = claims.flatMap(([name, claim, outcomes]) =>
  (Object.keys(subjects) as (keyof typeof subjects)[]).flatMap((role) =>
    operations.map((operation, n) => ({ name, claim, role, operation, outcome: outcomes[role][n] })),
  ),
);

describe('AccessControl.open, by role, path claim and operation', () => {
  it.each(rows)(
    'lets a $role with a token for $name $operation: $outcome',
    async ({ role, claim, operation, outcome }) => {
      expect(await outcomeOf(subjects[role], claim, operation)).toBe(outcome);
    },
  );
});
