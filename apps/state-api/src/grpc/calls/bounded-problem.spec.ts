import { JsonText, ValidationFailed } from '@nexus-state/documents';
import { type Problem, problemOf } from '@nexus-state/nest-kit';
import { boundedProblem } from './bounded-problem';

const conflict = (value: unknown, count: number): Problem => ({
  ...problemOf(
    new ValidationFailed([{ pointer: '/a', message: 'is missing' }]),
    '/nexus.state.v1.StateService/Put',
  ),
  conflicts: Array.from({ length: count }, (_, n) => ({ path: `/p${n}`, yours: value, theirs: value })),
});

it('leaves a problem that fits as it is', () => {
  const problem = conflict(new JsonText('{"a":1}'), 2);
  const { error, message, facts } = boundedProblem(problem);
  expect([error, message]).toEqual(['validation_failed', '/a: is missing']);
  expect(JSON.parse(facts)).toEqual(JSON.parse(JSON.stringify(problem)));
});

it.each([
  ['large values', conflict('x'.repeat(100_000), 1), [{ path: '/p0' }]],
  ['large texts', conflict(new JsonText(`"${'x'.repeat(100_000)}"`), 1), [{ path: '/p0' }]],
])('leaves out %s, and says so', (_, problem, conflicts) => {
  const { facts } = boundedProblem(problem);
  expect(JSON.parse(facts)).toMatchObject({ error: 'validation_failed', truncated: true, conflicts });
  expect(Buffer.byteLength(facts)).toBeLessThanOrEqual(5_000);
});

it('shortens long lists', () => {
  const errors = Array.from({ length: 100 }, (_, n) => ({
    pointer: `/${'ü'.repeat(60)}${n}`,
    message: 'is not a known field',
  }));
  const { facts } = boundedProblem(problemOf(new ValidationFailed(errors)));
  const shown = JSON.parse(facts);
  expect(shown.truncated).toBe(true);
  expect(shown.errors.length).toBeGreaterThan(1);
  expect(Buffer.byteLength(facts)).toBeLessThanOrEqual(5_000);
});

it('keeps what every problem has where all else is too large', () => {
  const problem = { ...conflict(1, 0), panelId: 'x'.repeat(10_000) };
  const shown = JSON.parse(boundedProblem(problem).facts);
  expect(Object.keys(shown).sort()).toEqual(
    ['detail', 'error', 'instance', 'message', 'status', 'title', 'truncated', 'type'].sort(),
  );
});
