import { casesOf } from './refusal-case';

/** The refusals of the audit log. */
export const refusalsOfAudit = casesOf('GET /api/audit', [
  ['not_found', 'where there is no audit log', {}, {}, 'without an audit log'],
  ['forbidden', 'a token that reaches only a part', { claims: { paths: ['ws/*'] } }],
  [
    'validation_failed',
    'a cursor that is none',
    { query: 'cursor=none' },
    { errors: [{ pointer: 'cursor', message: 'is not a cursor of this list' }] },
  ],
  [
    'validation_failed',
    'a time that is none',
    { query: 'since=yesterday' },
    { errors: [expect.objectContaining({ pointer: 'since' })] },
  ],
]);
