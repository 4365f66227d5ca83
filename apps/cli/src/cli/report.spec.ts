import { exitCodeOf } from './exit-codes';
import { Failure, Interrupted, UsageError } from './failures';
import { report } from './report';

type Client = typeof import('@nexus-state/client');

const lamp = { url: 'http://127.0.0.1:8001', subject: 'garden/lamp' };

describe('the exit code of a refusal', () => {
  it.each([
    ['network', 0, 6],
    ['unavailable', 503, 6],
    ['server_draining', 503, 6],
    ['unauthorized', 401, 5],
    ['token_expired', 401, 5],
    ['forbidden', 403, 5],
    ['not_found', 404, 4],
    ['path_not_found', 404, 4],
    ['version_conflict', 409, 3],
    ['merge_conflict', 409, 3],
    ['already_exists', 409, 3],
    ['locked', 409, 3],
    ['precondition_failed', 412, 3],
    ['too_much_contention', 503, 3],
    ['not_json', 409, 1],
    ['patch_failed', 422, 1],
    ['rate_limited', 429, 1],
    ['internal_error', 500, 1],
  ])('of %s (%i) is %i', (code, status, exitCode) => {
    expect(exitCodeOf({ code, status })).toBe(exitCode);
  });
});

describe('the report of a failure', () => {
  let client: Client;

  beforeAll(async () => {
    client = await import('@nexus-state/client');
  });

  it('says what happened, where, and the command that helps', () => {
    const problem = { error: 'not_found', status: 404, message: 'There is no panel "lamp".' };
    expect(report(new client.NotFoundError(problem, 'req-1'), lamp)).toEqual({
      lines: [
        'nexus: There is no panel "lamp".',
        '  where: garden/lamp, http://127.0.0.1:8001, not_found, request req-1',
        '  try:   nexus ls garden',
      ],
      exitCode: 4,
    });
  });

  it('names every conflict', () => {
    const conflicts = [{ path: '/on', yours: true, theirs: undefined }];
    const problem = { error: 'merge_conflict', status: 409, message: 'Merge conflict.', conflicts };
    const { lines, exitCode } = report(new client.MergeConflictError(problem), lamp);
    expect(lines).toContain('  /on: yours true, theirs removed');
    expect(lines.at(-1)).toBe('  try:   nexus get garden/lamp --full');
    expect(exitCode).toBe(3);
  });

  it('names every field that is wrong', () => {
    const errors = [{ pointer: 'name', message: 'must be 1–255 bytes' }];
    const problem = { error: 'validation_failed', status: 400, message: 'The request is not valid.', errors };
    expect(report(new client.NexusError(problem)).lines).toContain('  name must be 1–255 bytes');
  });

  it.each([
    ['unauthorized', 401, 'nexus login'],
    ['forbidden', 403, 'nexus whoami'],
    ['network', 0, 'nexus status'],
    ['path_not_found', 404, 'nexus get garden/lamp'],
  ])('helps with %s (%i)', (error, status, command) => {
    const refusal = new client.NexusError({ error, status, message: '' });
    expect(report(refusal, lamp).lines.at(-1)).toBe(`  try:   ${command}`);
  });

  it('is short for what the command itself refuses', () => {
    expect(report(new UsageError('Which?', 'nexus --help'))).toEqual({
      lines: ['nexus: Which?', '  try:   nexus --help'],
      exitCode: 2,
    });
    expect(report(new Failure('No.'))).toEqual({ lines: ['nexus: No.'], exitCode: 1 });
  });

  it('says nothing after Ctrl-C', () => {
    expect(report(new Interrupted())).toEqual({ lines: [], exitCode: 130 });
  });

  it('has the stack of what nobody expected', () => {
    const { lines, exitCode } = report(new TypeError('x is not a function'));
    expect(lines.join()).toMatch(/unexpected error: TypeError: x is not a function\n {4}at /);
    expect(exitCode).toBe(1);
  });
});
