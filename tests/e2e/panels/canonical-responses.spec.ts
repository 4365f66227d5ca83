import { type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

let stack: TestStack;
let api: ServiceProcess;
let user: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api');
  user = stack.client(api);
  await user.post(panel, `{"initialState":{"inner":${value},"n":1}}`);
  await user.patch(panel, `{"patches":[{"op":"add","path":"/more","value":${value}}],"version":1}`);
});
afterAll(() => stack?.close());

const panel = '/api/state/ws/panel';
/** In no order, as it is sent: JavaScript and the database each would put its members in another one. */
const value = '{"long name":1,"b":2,"10":3,"9":4,"é":5,"B":6}';
const canonical = '{"10":3,"9":4,"B":6,"b":2,"long name":1,"é":5}';

describe('states and patches are returned in canonical form, for every way to read them:', () => {
  it.each([
    ['the panel', panel],
    ['a part of it', `${panel}?path=/inner`],
    ['an old version', `${panel}?version=1`],
    ['the panel with its history', `${panel}?include_history=true`],
    ['the history', `${panel}/history`],
    ['the feed', '/api/state/ws/changes'],
    ['the whole workspace', '/api/state/ws/snapshot'],
  ])('%s', async (_, path) => {
    const { text } = await user.get(path);
    expect(text).toContain(canonical);
    expect(text.replaceAll(canonical, '')).not.toContain('"long name"');
  });

  it('the panels that a query finds', async () => {
    const { text, headers } = await user.post('/api/state/ws/query', { contains: { n: 1 } });
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(text).toContain(`"state":{"inner":${canonical},"more":${canonical},"n":1}`);
  });

  it('the patch that a merge came to, also where it is asked for again', async () => {
    const patch = `{"patches":[{"op":"add","path":"/yours","value":${value}}],"version":1}`;
    const merge = () => user.patch(panel, patch, { 'idempotency-key': 'once' });
    const first = await merge();
    expect(first.body.merged).toBe(true);
    expect(first.text).toContain(canonical);
    expect((await merge()).text).toBe(first.text);
  });

  it('the events of the feed', async () => {
    const response = await fetch(`${api.url}/api/state/ws/changes`, {
      headers: { ...user.authorization, accept: 'text/event-stream' },
    });
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      if (text.includes('\n\n')) break;
    }
    expect(text).toContain(canonical);
  });
});
