import { randomUUID } from 'node:crypto';
import { type ApiResponse, type ApiClient, type ServiceProcess, TestStack } from '@nexus-state/test-kit';
import { type RequestOptions, request } from 'node:http';

let stack: TestStack;
let api: ServiceProcess;
let zoe: string;
let friend: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create();
  api = await stack.start('state-api');
  zoe = `Zoë-世界-${randomUUID()}`;
  const owner = stack.client(api, zoe);
  await owner.post('/api/state/ws/panel', { initialState: { of: 'zoe' } });
  const friendId = `friend-${randomUUID()}`;
  friend = stack.client(api, friendId);
  await owner.put(`/api/workspaces/ws/members/${friendId}`, { role: 'editor' });
  await friend.post(`/api/state/ws/panel?owner=${friendId}`, { initialState: { of: 'friend' } });
});
afterAll(() => stack?.close());

const octets = (text: string) => Buffer.from(text).toString('latin1');
const path = '/api/state/ws/panel';

it('the header X-Workspace-Owner is read as UTF-8', async () => {
  const answer = await friend.get(path, { 'x-workspace-owner': octets(zoe) });
  expect([answer.status, answer.body.state]).toEqual([200, { of: 'zoe' }]);
  const both = await friend.get(`${path}?owner=${encodeURIComponent(zoe)}`, {
    'x-workspace-owner': octets(zoe),
  });
  expect([both.status, both.body.state]).toEqual([200, { of: 'zoe' }]);
});

const refused = ({ status, body }: ApiResponse) => [status, body.error, body.errors?.[0]?.pointer];

it('a header that is not UTF-8, or disagrees with the parameter or the path, is refused', async () => {
  const wrong = [400, 'validation_failed', 'X-Workspace-Owner'];
  expect(refused(await friend.get(path, { 'x-workspace-owner': 'Zo\xeb' }))).toEqual(wrong);
  const query = `?owner=${encodeURIComponent(zoe)}`;
  expect(refused(await friend.get(path + query, { 'x-workspace-owner': 'somebody-else' }))).toEqual(wrong);
  expect(refused(await friend.get(`${path}?owner=`, { 'x-workspace-owner': octets(zoe) }))).toEqual(wrong);
  for (const method of ['PUT', 'DELETE']) {
    const body = method === 'PUT' ? { state: {}, version: 1 } : undefined;
    const answer = await friend.call(method, path + query, body, { 'x-workspace-owner': 'somebody-else' });
    expect(refused(answer)).toEqual(wrong);
  }
  const repository = `/git/${encodeURIComponent(zoe)}/ws.git/info/refs?service=git-upload-pack`;
  expect(refused(await friend.get(repository, { 'x-workspace-owner': 'somebody-else' }))).toEqual(wrong);
  expect(refused(await friend.get(`${repository}&owner=somebody-else`))).toEqual([
    400,
    'validation_failed',
    'owner',
  ]);
});

it('a header that comes twice is refused', async () => {
  const options: RequestOptions = {
    headers: { ...friend.authorization, 'x-workspace-owner': ['ann', 'ann'] },
  };
  const status = await new Promise((resolve, reject) => {
    request(api.url + path, options, (response) => resolve(response.resume().statusCode))
      .once('error', reject)
      .end();
  });
  expect(status).toBe(400);
});

it('an idempotency key is as many octets as it is, of any kind', async () => {
  const user = stack.client(api);
  const key = octets('ключ-世界');
  const [first, again] = [
    await user.post('/api/state/ws/keyed', { initialState: {} }, { 'idempotency-key': key }),
    await user.post('/api/state/ws/keyed', { initialState: {} }, { 'idempotency-key': key }),
  ];
  expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
  const other = await user.post(
    '/api/state/ws/keyed',
    { initialState: {} },
    { 'idempotency-key': octets('ключ') },
  );
  expect(other.body.error).toBe('already_exists');
  const tooLong = await user.post(path, { initialState: {} }, { 'idempotency-key': octets('é'.repeat(128)) });
  expect(refused(tooLong)).toEqual([400, 'validation_failed', 'Idempotency-Key']);
});
