import type { status } from '@grpc/grpc-js';
import type { Outcome } from './client';

/** What a call must end with. */
export type Refusal = readonly [code: keyof typeof status, problem: string, facts?: object];

/** Expects a call to be refused, with its problem as the detail of its status. */
export function expectRefused(outcome: Outcome, [code, problem, facts = {}]: Refusal): void {
  expect(outcome).toMatchObject({ code, problem: { code: problem, facts: { error: problem, ...facts } } });
  const { message, problem: detail, trailers } = outcome;
  expect(message).not.toBe('');
  expect(detail?.facts).toMatchObject({
    message: detail?.message,
    type: `urn:nexus-state:problem:${problem}`,
  });
  expect(trailers.get('x-request-id')).toHaveLength(1);
}

/** What a call ends with whose message is wrong in one field. */
export const invalidAt = (pointer: string) => ({
  code: 'INVALID_ARGUMENT',
  problem: { code: 'validation_failed', facts: { errors: [{ pointer }] } },
});
