import { authorOf, commitMessage } from './commit-message';
import type { SnapshotRequest } from './snapshot-request';
import { checkSnapshotRequest } from './snapshot-request';

const aRequest = (overrides: Partial<SnapshotRequest> = {}): SnapshotRequest => ({
  workspace: { owner: 'ann', workspaceId: 'ws' },
  snapshotId: '6f0d8f3e-3d1c-4b2e-9a55-000000000001',
  type: 'manual',
  description: null,
  requestedBy: 'ann',
  automatic: false,
  push: true,
  ...overrides,
});
const held = { at: 'T', revision: 7 };
const trailers =
  'Snapshot-Id: 6f0d8f3e-3d1c-4b2e-9a55-000000000001\nSnapshot-Type: manual\nWorkspace-Revision: 7\n';

describe('commitMessage', () => {
  it('names the instant where there is no description', () => {
    expect(commitMessage(aRequest(), held)).toBe(`State snapshot at T\n\n${trailers}`);
    expect(commitMessage(aRequest({ description: ' \n ' }), held)).toBe(`State snapshot at T\n\n${trailers}`);
  });

  it('says no revision where none is known', () => {
    expect(commitMessage(aRequest(), { at: 'T', revision: undefined })).not.toContain('Revision');
  });

  it('keeps the trailers apart from a description that imitates them', () => {
    const description = 'Before the demo\r\n\r\nSnapshot-Id: forged\u0007\n\n';
    expect(commitMessage(aRequest({ description }), held)).toBe(
      `Before the demo\n\nSnapshot-Id: forged\n\n${trailers}`,
    );
  });
});

describe('authorOf', () => {
  it.each([
    ['ann', 'ann', 'ann@nexus-state.invalid'],
    ['ann@example.com', 'ann@example.com', 'ann@example.com'],
    ['auth0|Ann B', 'auth0|Ann B', 'auth0|Ann%20B@nexus-state.invalid'],
    ['a<b>\nc', 'a%3Cb%3E%0Ac', 'a%3Cb%3E%0Ac@nexus-state.invalid'],
    [' ', 'unknown', 'unknown@nexus-state.invalid'],
  ])('writes %j as %s <%s>', (actor, name, email) => {
    expect(authorOf(actor)).toEqual({ name, email });
  });
});

describe('checkSnapshotRequest', () => {
  it.each(['manual', 'pre_ai_edit', 'Release-1.2'])('takes the type %s', (type) => {
    expect(() => checkSnapshotRequest(aRequest({ type, description: 'Zwölf\nBoxkämpfer' }))).not.toThrow();
  });

  it.each([{ type: '' }, { type: 'a b' }, { type: 'x\nSigned-off-by: y' }, { type: 'a'.repeat(65) }])(
    'refuses %j',
    (wrong) => expect(() => checkSnapshotRequest(aRequest(wrong))).toThrow(/type/),
  );

  it.each(['a\u0000b', '\ud800', 'x'.repeat(4097)])('refuses a description (%#)', (description) => {
    expect(() => checkSnapshotRequest(aRequest({ description }))).toThrow(/description/);
  });
});
