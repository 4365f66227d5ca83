import { randomUUID } from 'node:crypto';
import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { AbstractAgent, EventType, runHttpRequest, transformHttpEventStream } from '@ag-ui/client';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { followEvents } from '../clients/follow-events';

let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;
let subject: string;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api');
});
afterAll(() => stack?.close());
beforeEach(() => {
  subject = `user-${randomUUID()}`;
  user = stack.client(api, subject);
});

const create = async (panelId: string, initialState: object) => {
  const { status } = await user.post(`/api/state/ws/${panelId}`, { initialState });
  expect(status).toBe(201);
};
const contextOf = (body: object, as = user) => as.post('/api/state/ws/context', body);

describe('a context', () => {
  it('holds the panels with their sources, what changes least first', async () => {
    await create('busy', { n: 0 });
    await create('calm', { color: 'green' });
    await user.patch('/api/state/ws/busy', { patches: [{ op: 'inc', path: '/n', value: 1 }], version: 1 });
    const { status, body } = await contextOf({ budgetTokens: 1_000 });
    expect(status).toBe(200);
    expect(body.text).toBe('# Workspace ws\n## calm@1#\n{"color":"green"}\n## busy@2#\n{"n":1}\n');
    expect(body).toMatchObject({
      tokens: countTokens(body.text),
      budgetTokens: 1_000,
      revision: 3,
      omitted: [],
    });
    expect(body.parts).toMatchObject([
      { panelId: 'calm', version: 1, pointer: '' },
      { panelId: 'busy', version: 2, pointer: '' },
    ]);
    expect((await contextOf({ budgetTokens: 1_000 })).text).toBe(
      (await contextOf({ budgetTokens: 1_000 })).text,
    );
  });

  it('keeps to its budget, and names what it left out', async () => {
    await create(
      'big',
      Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`k${at}`, `value ${at}`])),
    );
    const { body } = await contextOf({ budgetTokens: 300, format: 'json' });
    expect(body.tokens).toBe(countTokens(body.text));
    expect(body.tokens).toBeLessThanOrEqual(300);
    expect(body.parts.length).toBeGreaterThan(3);
    expect(body.omitted).toContainEqual(expect.objectContaining({ panelId: 'big', why: 'budget' }));
    expect(JSON.parse(body.text).at(-1)).toHaveProperty('cut');
    for (const { panelId, version, pointer } of body.parts)
      expect(body.text).toContain(`${panelId}@${version}#${pointer}`);
    const none = await contextOf({ budgetTokens: 0 });
    expect([none.status, none.body.text, none.body.tokens]).toEqual([200, '', 0]);
  });

  it('tells what has changed since a revision', async () => {
    await create('lamp', { color: 'green', on: true });
    await create('door', { open: false });
    await user.patch('/api/state/ws/lamp', {
      patches: [{ op: 'replace', path: '/color', value: 'red' }],
      version: 1,
    });
    await user.delete('/api/state/ws/door');
    const { body } = await contextOf({ budgetTokens: 500, sinceRevision: 2 });
    expect(body.text).toContain('## lamp@2#/color\nReplaced. Before: "green".\n"red"\n');
    expect(body.text).toContain('## door@2#\nDeleted.\n');
    expect(body.text).not.toContain('"on"');
    expect((await contextOf({ budgetTokens: 500, sinceRevision: 4 })).body).toMatchObject({
      text: '',
      parts: [],
    });
    expect((await contextOf({ budgetTokens: 500, sinceRevision: 99 })).status).toBe(400);
  });

  it('is chosen by a query, by panels and by pointers', async () => {
    await create('lamp', { text: 'the lamp by the pond' });
    await create('door', { text: 'the gate', color: 'grey' });
    const asked = (await contextOf({ budgetTokens: 500, query: 'Where is the pond?' })).body;
    expect(asked.parts).toMatchObject([{ panelId: 'lamp' }]);
    expect(asked.omitted).toMatchObject([{ panelId: 'door', why: 'relevance' }]);
    const chosen = (await contextOf({ budgetTokens: 500, panels: ['d*'], pointers: ['/color'] })).body;
    expect(chosen.parts).toMatchObject([{ panelId: 'door', pointer: '/color' }]);
    const found = await user.post('/api/state/ws/search', { query: 'pond' });
    expect(found.body.results[0]).toMatchObject({ panelId: 'lamp', version: 1, pointer: '' });
  });

  it('shows nothing beyond the token, and refuses what it cannot read', async () => {
    await create('lamp', { secret: 'pond' });
    await create('door', { open: true });
    const narrow = stack.client(api, subject, { paths: ['ws/door'] });
    const { body } = await contextOf({ budgetTokens: 500, sinceRevision: 0 }, narrow);
    expect(body.parts).toMatchObject([{ panelId: 'door' }]);
    expect((await narrow.post('/api/state/ws/search', { query: 'pond' })).body.results).toEqual([]);
    for (const wrong of [
      {},
      { budgetTokens: -1 },
      { budgetTokens: 1, format: 'yaml' },
      { budgetTokens: 1, x: 1 },
    ])
      expect((await contextOf(wrong)).status).toBe(400);
    expect((await contextOf({ budgetTokens: 1, pointers: ['a'] })).body.errors[0].pointer).toBe(
      '/pointers/0',
    );
    const stranger = await stack
      .client(api)
      .post(`/api/state/ws/context?owner=${subject}`, { budgetTokens: 9 });
    expect(stranger.status).toBe(404);
    expect((await user.post('/api/state/ws/search', { initialState: {} })).status).toBe(400);
  });
});

/** The official client over events that were received: it keeps the state. */
class PanelAgent extends AbstractAgent {
  constructor(
    private readonly url: string,
    private readonly headers: Record<string, string>,
    private readonly count: number,
  ) {
    super({});
  }

  run(): ReturnType<AbstractAgent['run']> {
    return transformHttpEventStream(runHttpRequest(() => this.#ask()));
  }

  /** The stream as a run of an agent, up to the last event that is wanted: it would have no end. */
  async #ask(): Promise<Response> {
    const { body, headers } = await fetch(this.url, { headers: this.headers });
    let left = this.count;
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => controller.enqueue(frame(EventType.RUN_STARTED)),
      transform: (chunk, controller) => {
        controller.enqueue(chunk);
        left -= Buffer.from(chunk).toString().split('\n\n').length - 1;
        if (left > 0) return;
        controller.enqueue(frame(EventType.RUN_FINISHED));
        controller.terminate();
      },
    });
    return new Response(body?.pipeThrough(cut) ?? null, { headers });
  }
}

function frame(type: EventType): Uint8Array {
  return Buffer.from(`data: ${JSON.stringify({ type, threadId: 'thread', runId: 'run' })}\n\n`);
}

describe('a panel as AG-UI', () => {
  const panel = '/api/state/ws/lamp';
  const increase = async (version: number) =>
    user.patch(panel, { patches: [{ op: 'inc', path: '/n', value: 1 }], version });
  const token = () => String(user.authorization['authorization']).slice('Bearer '.length);

  it('rebuilds the state in the official client', async () => {
    await create('lamp', { n: 0, list: ['a'] });
    const agent = new PanelAgent(`${api.url}${panel}/ag-ui`, user.authorization, 3);
    const began = new Promise<void>((resolve) => {
      agent.subscribe({ onStateSnapshotEvent: () => resolve() });
    });
    const run = agent.runAgent();
    await began;
    await increase(1);
    await user.patch(panel, { patches: [{ op: 'add', path: '/list/0', value: 'b' }], version: 2 });
    await run;
    expect(agent.state).toEqual({ n: 1, list: ['b', 'a'] });
  });

  it('begins with a snapshot, goes on with a delta for each version, and resumes behind one', async () => {
    await create('lamp', { n: 0 });
    const following = followEvents(`${api.url}${panel}/ag-ui`, token(), 1);
    expect(await following).toBe('id: 1\ndata: {"snapshot":{"n":0},"type":"STATE_SNAPSHOT"}');
    await increase(1);
    await increase(2);
    const response = await fetch(`${api.url}${panel}/ag-ui`, {
      headers: { ...user.authorization, 'last-event-id': '1' },
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (reader && text.split('\n\n').length < 3) text += (await reader.read()).value ?? '';
    await reader?.cancel();
    expect(text).toBe(
      'id: 2\ndata: {"delta":[{"op":"replace","path":"/n","value":1}],"type":"STATE_DELTA"}\n\n' +
        'id: 3\ndata: {"delta":[{"op":"replace","path":"/n","value":2}],"type":"STATE_DELTA"}\n\n',
    );
    expect((await user.get(`${panel}/ag-ui`, { 'last-event-id': 'x' })).status).toBe(400);
    expect((await user.get('/api/state/ws/none/ag-ui')).status).toBe(404);
  });
});
