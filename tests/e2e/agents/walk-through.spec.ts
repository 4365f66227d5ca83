import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '@nexus-state/state-core/testing';
import { type ApiClient, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';

const folder = path.join(__dirname, '../../../docs/walk-through');
const page = readFileSync(path.join(folder, 'README.md'), 'utf8');
const plan = '/api/state/trip/plan';

/** What the page has a person type: `npx nexus create trip/plan '<json>'`. */
const typed = (command: string) =>
  [...page.matchAll(/^npx nexus (\w+) trip\/plan '(.*)'$/gm)].flatMap(([, name, json = '']) =>
    name === command ? [JSON.parse(json) as unknown] : [],
  );
const printed = /^```text\n(.*?)^```$/ms.exec(page)?.[1];
const undo = /-d '(.*)'$/m.exec(page)?.[1];

let stack: TestStack;
let api: ServiceProcess;
let user: string;
let person: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create({ SNAPSHOT_BEFORE_WAIT: '100ms' });
  api = await stack.start('state-api');
});
afterAll(() => stack?.close());
beforeEach(() => {
  user = `user-${randomUUID()}`;
  person = stack.client(api, user);
});

/** The agent, stopped once it has read the plan; the function that it comes with lets it go on to its end, and gives its output. */
async function agentAtWork(): Promise<() => Promise<string>> {
  const env = { ...process.env, NEXUS_URL: api.url, NEXUS_TOKEN: testToken(user), THINKING_MS: '2000' };
  const child = spawn(process.execPath, [path.join(folder, 'agent.mjs')], { env });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const hasRead = () => output.includes('I read version') || child.exitCode !== null;
  await eventually(hasRead, 'the agent to read the plan');
  child.kill('SIGSTOP');
  return async () => {
    child.kill('SIGCONT');
    expect([await ended, output]).toEqual([0, expect.any(String)]);
    return output;
  };
}

it('an agent and a person work on one plan as the page says, and nothing of the person is lost', async () => {
  const [state] = typed('create');
  expect((await person.post(plan, { initialState: state })).status).toBe(201);
  const goOn = await agentAtWork();
  for (const patches of typed('patch')) {
    const { version } = (await person.get(plan)).body;
    expect((await person.patch(plan, { patches, version })).status).toBe(200);
  }
  expect(typed('patch')).toHaveLength(2);
  const byPerson = (await person.get(plan)).body.state;
  const output = await goOn();
  expect(printed).toMatch(/underneath|Meanwhile/);
  expect(output.slice(0, printed?.length)).toBe(printed);
  expect((await person.get(plan)).body.state).toEqual({
    title: 'Lisbon',
    total: 5,
    tasks: [
      { name: 'Ask Ann' },
      { name: 'Book the flight (2 h)', hours: 2 },
      { name: 'Find a hotel (2 h)', hours: 2 },
      { name: 'Pack light', hours: 1 },
    ],
  });

  const undone = await person.post('/api/state/trip/undo', JSON.parse(undo ?? '') as object);
  expect(undone).toMatchObject({ status: 200, body: { conflicts: [] } });
  expect((await person.get(plan)).body.state).toEqual(byPerson);
});

it('counts the lines of the agent', () => {
  const lines = readFileSync(path.join(folder, 'agent.mjs'), 'utf8').trimEnd().split('\n');
  expect(page).toContain(`${lines.length} lines`);
  expect(lines.length).toBeLessThanOrEqual(60);
});
