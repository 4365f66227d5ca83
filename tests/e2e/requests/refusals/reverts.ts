import { type RefusalCase, casesOf } from './refusal-case';

const missing = { path: { panelId: 'missing' } };
const pointer = (at: string) => ({ errors: [expect.objectContaining({ pointer: at })] });

/** Panels that go back to an earlier version. */
export const refusalsOfReverts: readonly RefusalCase[] = casesOf(
  'POST /api/state/{workspaceId}/{panelId}/revert',
  [
    ['not_found', 'a panel that is not there', missing, { panelId: 'missing' }],
    [
      'not_found',
      'a version that never was',
      { body: { targetVersion: 9 } },
      { panelId: 'panel', version: 9 },
    ],
    [
      'version_conflict',
      'an older version',
      { body: { targetVersion: 1, version: 1 } },
      { panelId: 'panel', currentVersion: 2 },
    ],
    [
      'precondition_failed',
      'an older version in If-Match',
      { headers: { 'if-match': '"1"' } },
      { currentVersion: 2 },
    ],
    ['validation_failed', 'no target', { body: {} }, pointer('/targetVersion')],
    [
      'forbidden',
      'a snapshot for a token that reaches this panel alone',
      { claims: { paths: ['ws/panel'] }, body: { targetVersion: 1, createSnapshot: true } },
    ],
    [
      'snapshot_failed',
      'a revert whose snapshot fails',
      { body: { targetVersion: 1, createSnapshot: true } },
      { jobId: expect.any(String) },
      'without a worker that succeeds',
    ],
    ['too_much_contention', 'a revert that others overtake each time', {}, { panelId: 'panel' }, 'overtaken'],
  ],
);
