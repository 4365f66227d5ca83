import { type RefusalCase, casesOf } from './refusal-case';

const workspace = '/api/workspaces/{workspaceId}';
const pointer = (where: string) => ({ errors: [expect.objectContaining({ pointer: where })] });
const missing = { path: { workspaceId: 'missing' } };
const nobody = { path: { userId: 'nobody' } };
const partly = { claims: { paths: ['ws/panel'] } };
const failed = { jobId: expect.any(String) };

const noSnapshot = { path: { snapshotId: '00000000-0000-4000-8000-000000000000' } };
const noCommit = '0123456789012345678901234567890123456789';
const snapshots = '/api/snapshots/{workspaceId}';
const wholeOnly = ['', '/commits', '/jobs/{jobId}', '/{snapshotId}', '/{snapshotId}/diff'].map(
  (end) => `GET ${snapshots}${end}`,
);

/** Workspaces, their members and their snapshots. */
export const refusalsOfWorkspaces: readonly RefusalCase[] = [
  ...casesOf('POST /api/workspaces', [
    [
      'already_exists',
      'a workspace that is there',
      { body: { name: 'x', workspaceId: 'ws' } },
      { workspaceId: 'ws' },
    ],
    [
      'invalid_id',
      'an id that is none',
      { body: { name: 'x', workspaceId: 'a/b' } },
      { field: 'workspaceId' },
    ],
    ['validation_failed', 'no name', { body: {} }, pointer('/name')],
    ['forbidden', 'an id that the token does not reach', { claims: { paths: ['ws/*'] } }],
  ]),
  ...casesOf(`GET ${workspace}`, [
    ['not_found', 'a workspace that is not there', missing, { workspaceId: 'missing' }],
  ]),
  ...casesOf(`PATCH ${workspace}`, [
    ['not_found', 'a workspace that is not there', missing, { workspaceId: 'missing' }],
    ['validation_failed', 'a name that would be altered', { body: { name: '\ud800' } }, pointer('/name')],
    ['validation_failed', 'an empty name', { body: { name: '' } }, pointer('/name')],
    ['forbidden', 'a token that reaches only a part of it', partly],
  ]),
  ...casesOf(`DELETE ${workspace}`, [
    ['not_found', 'a workspace that is not there', missing, { workspaceId: 'missing' }],
    ['forbidden', 'a token that reaches only a part of it', partly],
    ['snapshot_failed', 'to delete what it could not snapshot', {}, failed, 'without a worker that succeeds'],
    ['too_much_contention', 'to delete what others change each time', {}, {}, 'overtaken'],
  ]),
  ...casesOf(`POST ${workspace}/activate`, [['not_found', 'a workspace that is not there', missing]]),
  ...casesOf(`GET ${workspace}/members`, [['not_found', 'a workspace that is not there', missing]]),
  ...casesOf(`GET ${workspace}/members/{userId}`, [
    ['not_found', 'somebody who is no member', nobody, { userId: 'nobody' }],
  ]),
  ...casesOf(`PUT ${workspace}/members/{userId}`, [
    ['not_found', 'a workspace that is not there', missing],
    ['invalid_id', 'a user with a zero byte', { path: { userId: 'a%00' } }, { field: 'userId' }],
    ['validation_failed', 'a role that is none', { body: { role: 'king' } }, pointer('/role')],
    ['forbidden', 'a token that reaches only a part of it', partly],
  ]),
  ...casesOf(`DELETE ${workspace}/members/{userId}`, [
    ['invalid_id', 'a user with a zero byte', { path: { userId: 'a%00' } }, { field: 'userId' }],
    ['not_found', 'somebody who is no member', nobody, { userId: 'nobody' }],
    ['forbidden', 'a token that reaches only a part of it', partly],
  ]),

  ...[`POST ${snapshots}`, 'POST /api/state/{workspaceId}/snapshot'].flatMap((route) =>
    casesOf(route, [
      ['not_found', 'a token that reaches only a part of the workspace', partly],
      ['validation_failed', 'a type that is no word', { body: { type: 'two words' } }, pointer('/type')],
      [
        'snapshot_failed',
        'a snapshot that the worker gives up',
        {},
        failed,
        'without a worker that succeeds',
      ],
    ]),
  ),
  ...wholeOnly.flatMap((route) =>
    casesOf(route, [['not_found', 'a token that reaches only a part of the workspace', partly]]),
  ),
  ...casesOf(`GET ${snapshots}`, [
    ['validation_failed', 'a limit over 1,000', { query: 'limit=1001' }, pointer('limit')],
    ['validation_failed', 'a cursor that nobody gave out', { query: 'cursor=nonsense' }, pointer('cursor')],
  ]),
  ...casesOf(`GET ${snapshots}/commits`, [
    ['validation_failed', 'a limit of 0', { query: 'limit=0' }, pointer('limit')],
  ]),
  ...casesOf(`GET ${snapshots}/jobs/{jobId}`, [
    ['not_found', 'a job that is not there', { path: { jobId: noSnapshot.path.snapshotId } }],
  ]),
  ...casesOf(`GET ${snapshots}/{snapshotId}`, [
    ['not_found', 'a snapshot that is not there', noSnapshot],
    ['not_found', 'an id that is none', { path: { snapshotId: 'none' } }],
  ]),
  ...casesOf(`GET ${snapshots}/{snapshotId}/diff`, [
    ['not_found', 'a snapshot that is not there', noSnapshot],
    ['not_found', 'another snapshot that is not there', { query: `to=${noSnapshot.path.snapshotId}` }],
    ['not_found', 'a commit that is not there', { query: `to=${noCommit}` }],
  ]),
  ...casesOf(`POST ${snapshots}/restore`, [
    ['not_found', 'a token that reaches a panel alone', { claims: { paths: ['ws/panel'] } }],
    ['not_found', 'a snapshot that is not there', { body: noSnapshot.path }],
    ['not_found', 'a commit that is not there', { body: { gitCommitHash: 'f'.repeat(40) } }],
    ['validation_failed', 'what names nothing', { body: {} }],
    ['validation_failed', 'both names', { body: { ...noSnapshot.path, gitCommitHash: 'f'.repeat(40) } }],
    ['validation_failed', 'an unknown mode', { body: { ...noSnapshot.path, mode: 'partial' } }],
    [
      'snapshot_failed',
      'to restore over what it could not snapshot',
      {},
      failed,
      'without a worker that succeeds',
    ],
    ['too_much_contention', 'a restore that others overtake each time', {}, {}, 'overtaken'],
  ]),
  ...casesOf('GET /api/state/{workspaceId}/snapshot', [
    ['not_found', 'a commit that is not there', { query: `git_commit=${noCommit}` }],
    ['not_found', 'what is no commit', { query: 'git_commit=main' }],
  ]),
];
