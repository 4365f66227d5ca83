import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

interface SuiteCase {
  readonly comment?: string;
  readonly doc: unknown;
  readonly patch: readonly Record<string, unknown>[];
  readonly expected?: unknown;
  readonly error?: string;
  readonly disabled?: boolean;
}

const suite = [
  ...jest.requireActual<SuiteCase[]>('json-patch-test-suite/tests.json'),
  ...jest.requireActual<SuiteCase[]>('json-patch-test-suite/spec_tests.json'),
].filter(({ disabled }) => !disabled);

/** A panel holds an object, so documents of other kinds stand below a member, and pointers begin there. */
function below(member: string, { doc, patch, expected, error }: SuiteCase): SuiteCase {
  const moved = (pointer: unknown) =>
    typeof pointer === 'string' && (pointer === '' || pointer.startsWith('/'))
      ? `/${member}${pointer}`
      : pointer;
  return {
    doc: { [member]: doc },
    patch: patch.map((operation) => ({
      ...operation,
      ...('path' in operation ? { path: moved(operation['path']) } : {}),
      ...('from' in operation ? { from: moved(operation['from']) } : {}),
    })),
    ...(error === undefined ? { expected: { [member]: expected } } : { error }),
  };
}

let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;
let panels = 0;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api');
  user = stack.client(api);
});
afterAll(() => stack?.close());

const cases = suite.map(
  (one, index) => [`${index} ${one.comment ?? one.error ?? ''}`, below('doc', one), one] as const,
);

it.each(cases)(
  'case %s of the public JSON Patch suite',
  async (_, { doc, patch, expected, error }, original) => {
    const path = `/api/state/ws/case-${panels++}`;
    await user.post(path, { initialState: doc });
    const answer = await user.patch(path, { patches: patch, version: 1 });
    const panel = (await user.get(path, { 'cache-control': 'no-cache' })).body;
    if (error !== undefined) {
      expect([400, 422]).toContain(answer.status);
      expect(['validation_failed', 'patch_failed']).toContain(answer.body.error);
      expect(panel).toMatchObject({ state: doc, version: 1 });
      return;
    }
    expect([answer.status, answer.body.message]).toEqual([200, undefined]);
    // A case without an expected document only asks that the patch applies.
    if ('expected' in original) expect(panel.state).toEqual(expected);
    expect(panel.version).toBe(2);
  },
);

it('has all the cases there are', () => {
  expect(cases.length).toBeGreaterThan(85);
});
