import { randomUUID } from 'node:crypto';
import type { Client } from '@modelcontextprotocol/client';
import { type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import Ajv from 'ajv';
import { callTool, connectMcp } from '../clients/mcp-client';

/** What a client is told of a tool. */
interface Told {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: ArgumentsSchema;
  readonly annotations: { readonly readOnlyHint: boolean };
}

interface ArgumentsSchema {
  readonly properties: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
}

interface Property {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: Property;
}

type Arguments = Record<string, unknown>;

let stack: TestStack;
let api: ServiceProcess;
let client: Client;
let tools: ReadonlyMap<string, Told>;
const ajv = new Ajv({ strict: false });

beforeAll(async () => {
  stack = await TestStack.create();
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
  const user = stack.client(api, `user-${randomUUID()}`);
  await user.post('/api/state/garden/lamp', { initialState: { color: 'green', place: 'by the pond' } });
  await user.post('/api/state/garden/door', { initialState: { open: false } });
  client = await connectMcp(api, user);
  const listed = (await client.listTools()).tools as unknown as readonly Told[];
  tools = new Map(listed.map((tool) => [tool.name, tool]));
});
afterAll(async () => {
  await client?.close();
  await stack?.close();
});

/** A script that knows no more of the service than the list of tools says, and what they answered so far. */
class Script {
  readonly called = new Set<string>();
  /** What it knows, under the names that arguments have. */
  readonly known: Arguments = {};

  note(more: Arguments): void {
    Object.assign(this.known, more);
  }

  /** The arguments of a tool: whatever is known under the names that its schema has. */
  argumentsOf(name: string): Arguments {
    const { properties, required = [] } = (tools.get(name) as Told).inputSchema;
    const args = Object.fromEntries(Object.entries(this.known).filter(([key]) => key in properties));
    expect(Object.keys(args)).toEqual(expect.arrayContaining([...required]));
    return args;
  }

  /** Calls a tool with what is known, which has to be what its schema allows. */
  async call(name: string, more: Arguments = {}) {
    this.note(more);
    const args = this.argumentsOf(name);
    expect([name, ajv.validate((tools.get(name) as Told).inputSchema, args), ajv.errors]).toEqual([
      name,
      true,
      null,
    ]);
    this.called.add(name);
    const { isError, body } = await callTool(client, name, args);
    expect({ name, isError, body }).toMatchObject({ name, isError: false });
    return body;
  }
}

const patch = [{ op: 'replace', path: '/color', value: 'red' }];

/** Calls every tool once, with what the one before it answered. */
async function walk(script: Script): Promise<void> {
  script.note({
    workspace: 'garden',
    query: 'the lamp by the pond',
    limit: 5,
    budgetTokens: 300,
    agent: 'script',
  });
  const { panels } = await script.call('list_panels');
  expect(panels.map(({ panelId }: { panelId: string }) => panelId)).toEqual(['door', 'lamp']);
  const { results } = await script.call('search');
  const [{ panelId }] = results;
  const { text } = await script.call('get_context');
  expect(text).toContain(`${panelId}@`);
  const { version, state } = await script.call('read_panel', { panel: panelId });
  expect(state).toMatchObject({ place: 'by the pond' });
  const { turnId } = await script.call('begin_turn');
  const reason = 'Red is seen from the house.';
  const changed = await script.call('change_panel', { turnId, version, patches: patch, reason });
  const { history } = await script.call('get_history');
  expect(history[0]).toMatchObject({ version: changed.version, turnId, provenance: { reason } });
  const { undone } = await script.call('end_turn', { outcome: 'abort' });
  expect(undone).toMatchObject([{ panelId }]);
  delete script.known['turnId'];
  delete script.known['version'];
  const now = await script.call('read_panel');
  expect(now.state).toEqual(state);
  const changes = [{ panelId, version: now.version, patches: patch }];
  expect(await script.call('propose_change', { title: 'A red lamp', changes })).toMatchObject({
    state: 'open',
  });
  await script.call('take_snapshot', { description: 'Before the night.' });
}

it('all of them are called by a script that knows only what it is told', async () => {
  const script = new Script();
  await walk(script);
  expect([...script.called].sort()).toEqual([...tools.keys()].sort());
});

it('each of them says what it does, what each argument is, and whether it only reads', async () => {
  const names = new Set([
    ...tools.keys(),
    ...[...tools.values()].flatMap((tool) => Object.keys(tool.inputSchema.properties)),
  ]);
  for (const { name, description, inputSchema } of tools.values()) {
    expect([name, description.length > 40]).toEqual([name, true]);
    for (const [mentioned] of description.matchAll(
      /\b[a-z]+_(?:panels?|turn|change|history|context|snapshot)\b/g,
    ))
      expect([name, mentioned, names.has(mentioned)]).toEqual([name, mentioned, true]);
    for (const [argument, property] of Object.entries(inputSchema.properties))
      expect([name, argument, typeof property.description]).toEqual([name, argument, 'string']);
  }
  const reading = [...tools.values()].filter(({ annotations }) => annotations.readOnlyHint);
  expect(reading.map(({ name }) => name).sort()).toEqual([
    ...['get_context', 'get_history', 'list_panels', 'read_panel', 'search'],
  ]);
});

/** Arguments that a schema does not allow, each made of right ones by one mistake, and the argument that is wrong. */
function mistakesIn({ properties, required = [] }: ArgumentsSchema, right: Arguments): [string, Arguments][] {
  const missing = required.map((name): [string, Arguments] => {
    const { [name]: _, ...rest } = right;
    return [name, rest];
  });
  const wrong = Object.entries(properties).flatMap(([name, property]) =>
    wrongValues(property).map((value): [string, Arguments] => [name, { ...right, [name]: value }]),
  );
  return [...missing, ...wrong, ['colour', { ...right, colour: 'red' }]];
}

function wrongValues({
  type,
  enum: values,
  minimum,
  maximum,
  minLength,
  maxLength,
  items,
}: Property): unknown[] {
  const ofType: Readonly<Record<string, unknown[]>> = {
    string: [7, {}, null],
    integer: ['7', 1.5, null],
    array: ['x', {}, null],
    object: ['x', [], null],
    boolean: ['true', null],
  };
  return [
    ...(ofType[type ?? ''] ?? []),
    ...(values ? ['none of these'] : []),
    ...(minimum === undefined ? [] : [minimum - 1]),
    // Beyond the largest whole number that JSON carries without loss, the message itself is refused.
    ...(maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? [] : [maximum + 1]),
    ...(minLength ? [''] : []),
    ...(maxLength === undefined ? [] : ['x'.repeat(maxLength + 1)]),
    ...(items?.type === 'string' ? [[7]] : items ? [['x']] : []),
  ];
}

it('each of them names the argument that is wrong, as its schema does, and changes nothing', async () => {
  const script = new Script();
  await walk(script);
  const before = await callTool(client, 'list_panels', { workspace: 'garden' });
  const right: Readonly<Record<string, Arguments>> = {
    end_turn: { workspace: 'garden', turnId: 'none', outcome: 'commit' },
  };
  let count = 0;
  for (const { name, inputSchema } of tools.values()) {
    const args = right[name] ?? script.argumentsOf(name);
    for (const [argument, mistaken] of mistakesIn(inputSchema, args)) {
      const about = { name, argument, given: JSON.stringify(mistaken[argument])?.slice(0, 40) };
      expect({ ...about, isAllowed: ajv.validate(inputSchema, mistaken) }).toEqual({
        ...about,
        isAllowed: false,
      });
      const { isError, body } = await callTool(client, name, mistaken);
      const pointers = (body.errors ?? []).map(({ pointer }: { pointer: string }) => pointer.split('/')[1]);
      expect({ ...about, isError, error: body.error, pointers: [...new Set(pointers)] }).toEqual({
        ...{ ...about, isError: true, error: 'validation_failed', pointers: [argument] },
      });
      count++;
    }
  }
  expect(count).toBeGreaterThan(100);
  expect((await callTool(client, 'list_panels', { workspace: 'garden' })).body).toEqual(before.body);
}, 120_000);
