import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ApiClient, GitClient, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';

let stack: TestStack;
let api: ServiceProcess;
let subject: string;
let user: ApiClient;
let git: GitClient;

beforeAll(async () => {
  stack = await TestStack.create({ SNAPSHOT_WAIT: '20s' });
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
});
beforeEach(() => {
  subject = `user-${randomUUID()}`;
  user = stack.client(api, subject);
  git = new GitClient();
});
afterEach(() => git.remove());
afterAll(() => stack?.close());

const write = (panelId: string, state: object) =>
  user.post('/api/state/ws/transaction', { operations: [{ op: 'set', panelId, state }] });
const take = async () => (await user.post('/api/snapshots/ws', {})).body;
/** The address of a repository, with a token as the password. */
const addressOf = (repository: string, token = testToken(subject), name = 'anybody') =>
  `${api.url.replace('//', `//${name}:${token}@`)}/git/${repository}`;
const refs = (repository: string, headers: Record<string, string> = {}, service = 'git-upload-pack') =>
  fetch(`${api.url}/git/${repository}/info/refs${service && `?service=${service}`}`, { headers });
const bearer = (claims?: Record<string, unknown>, who = subject) => ({
  authorization: `Bearer ${testToken(who, claims)}`,
});

describe('a git client', () => {
  it('clones, and fetches what was taken since; its log and diff read well', async () => {
    await write('lamp', { on: false, name: 'Lamp' });
    const first = await take();
    await git.run(['clone', '--quiet', addressOf('ws.git'), 'clone']);
    expect(readdirSync(path.join(git.home, 'clone')).sort()).toEqual(['.git', 'panels', 'workspace.json']);
    expect(readFileSync(path.join(git.home, 'clone/panels/lamp.json'), 'utf8')).toBe(
      '{\n  "name": "Lamp",\n  "on": false\n}\n',
    );
    expect(await git.run(['branch', '--show-current'], 'clone')).toBe('main\n');

    await write('lamp', { on: true, name: 'Lamp' });
    const second = await take();
    await git.run(['pull', '--quiet', '--ff-only'], 'clone');
    expect(await git.run(['log', '--format=%H %an'], 'clone')).toBe(
      `${second.gitCommitHash} ${subject}\n${first.gitCommitHash} ${subject}\n`,
    );
    expect(await git.run(['diff', 'HEAD~1', '--', 'panels'], 'clone')).toContain(
      '-  "on": false\n+  "on": true\n',
    );
    await git.run(['fsck', '--strict', '--full'], 'clone');
  });

  it.each([0, 1, 2])('speaks version %i of the protocol, with a bearer token', async (version) => {
    await write('a', { version });
    const { gitCommitHash } = await take();
    const header = `http.extraHeader=Authorization: ${bearer().authorization}`;
    const options = ['-c', header, '-c', `protocol.version=${version}`];
    const url = `${api.url}/git/ws.git`;
    expect(await git.run([...options, 'ls-remote', url, 'refs/heads/main'])).toBe(
      `${gitCommitHash}\trefs/heads/main\n`,
    );
    await git.run([...options, 'clone', '--quiet', url, 'clone']);
    await git.run(['fsck', '--strict'], 'clone');
    for (let n = 0; n < 3; n++) {
      await write('a', { version, n });
      await take();
    }
    await git.run([...options, 'pull', '--quiet'], 'clone');
    expect(await git.run(['rev-list', '--count', 'HEAD'], 'clone')).toBe('4\n');
  });

  it('clones without the past, or without the states', async () => {
    await write('a', { n: 1 });
    await take();
    await write('a', { n: 2 });
    await take();
    await git.run(['clone', '--quiet', '--depth=1', addressOf('ws.git'), 'shallow']);
    expect(await git.run(['rev-list', '--count', 'HEAD'], 'shallow')).toBe('1\n');
    await git.run(['clone', '--quiet', '--bare', '--filter=blob:none', addressOf('ws.git'), 'partial']);
    expect(await git.run(['rev-list', '--objects', '--missing=print', 'main'], 'partial')).toMatch(/^\?/m);
  });

  it('gets through with much to say, which it sends packed', async () => {
    await write('a', { n: 0 });
    await take();
    await git.run(['clone', '--quiet', addressOf('ws.git'), 'clone']);
    // Commits unknown to the server: the client offers more and more of them.
    for (let n = 0; n < 80; n++) {
      await git.run(['commit', '--quiet', '--allow-empty', '--message', `mine ${n}`], 'clone');
    }
    await write('a', { n: 1 });
    const { gitCommitHash } = await take();
    await git.run(['fetch', '--quiet'], 'clone');
    expect(await git.run(['rev-parse', 'origin/main'], 'clone')).toBe(`${gitCommitHash}\n`);
  });

  it.each(['gzip', 'x-gzip', undefined])('may send its request with the encoding %s', async (encoding) => {
    await write('a', {});
    const { gitCommitHash } = await take();
    const request = '0014command=ls-refs\n0000';
    const answer = await fetch(`${api.url}/git/ws.git/git-upload-pack`, {
      method: 'POST',
      headers: {
        ...bearer(),
        'content-type': 'application/x-git-upload-pack-request',
        'git-protocol': 'version=2',
        ...(encoding ? { 'content-encoding': encoding } : {}),
      },
      body: encoding ? gzipSync(request) : request,
    });
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'application/x-git-upload-pack-result',
      expect.stringContaining(`${gitCommitHash} refs/heads/main`),
    ]);
    expect(answer.headers.get('cache-control')).toContain('no-cache');
  });

  it('reads what is shared with it, by the owner in the address', async () => {
    await write('a', {});
    await take();
    const friend = `friend ${randomUUID()}`;
    const address = addressOf(`${subject}/ws.git`, testToken(friend));
    expect(await git.try(['clone', address, 'clone'])).toMatchObject({ code: 128 });
    await user.put(`/api/workspaces/ws/members/${encodeURIComponent(friend)}`, { role: 'viewer' });
    await git.run(['clone', '--quiet', address, 'clone']);
    await git.run(['clone', '--quiet', addressOf('ws.git', testToken(friend)), 'by-its-id']);
    await git.run(['clone', '--quiet', addressOf(`${subject}/ws.git`), 'own']);
  });
});

/** What of a request is not as usual. */
interface Told {
  readonly who?: string;
  readonly claims?: Record<string, unknown>;
  readonly service?: string;
}

describe('what is refused:', () => {
  beforeEach(async () => {
    await write('a', {});
    await take();
  });

  it('a caller without a token, or with a bad one, who is asked for a password', async () => {
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    const expired = testToken(subject, { exp: 1 });
    for (const headers of [
      {},
      basic('ann:nonsense'),
      basic(`${testToken(subject)}`),
      basic(`ann:${expired}`),
    ]) {
      const answer = await refs('ws.git', headers as Record<string, string>);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        401,
        'Basic realm="nexus-state", charset="UTF-8"',
      ]);
      expect(await answer.json()).toMatchObject({ error: 'unauthorized' });
    }
    const good = await refs('ws.git', basic(`:${testToken(subject)}`));
    expect([good.status, good.headers.get('www-authenticate')]).toEqual([200, null]);
    expect((await git.try(['clone', addressOf('ws.git', 'nonsense'), 'x'])).stderr).toContain(
      'Authentication failed',
    );
    // Everywhere else a token is a bearer's, as before.
    const elsewhere = await fetch(`${api.url}/api/state/ws`, { headers: basic(`:${testToken(subject)}`) });
    expect([elsewhere.status, elsewhere.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="nexus-state"',
    ]);
  });

  it.each<[string, number, string, Told]>([
    ['a workspace of another user', 404, 'ws.git', { who: 'a stranger' }],
    ['the same, by its owner', 404, 'OWNER/ws.git', { who: 'a stranger' }],
    ['a workspace without a snapshot', 404, 'another.git', {}],
    ['an address without .git', 404, 'ws', {}],
    ['an id that is none', 400, 'a%20b.git', {}],
    ['a way out of the folder', 400, '..%2F..%2Fws.git', {}],
    ['a token that reaches only some panels', 404, 'ws.git', { claims: { paths: ['ws/a'] } }],
    ['a token that may not read', 403, 'ws.git', { claims: { scope: 'state:write' } }],
    ['a token for pushing', 403, 'ws.git', { service: 'git-receive-pack' }],
    ['a service that is not there', 400, 'ws.git', { service: 'git-upload-archive' }],
    ['a client of the dumb protocol', 400, 'ws.git', { service: '' }],
  ])('%s (%i)', async (_, status, repository, { who, claims, service }: Told) => {
    const answer = await refs(repository.replace('OWNER', subject), bearer(claims, who), service);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
  });

  it('a push', async () => {
    await git.run(['clone', '--quiet', addressOf('ws.git'), 'clone']);
    await git.run(['commit', '--quiet', '--allow-empty', '--message', 'mine'], 'clone');
    const pushed = await git.try(['push', 'origin', 'main'], 'clone');
    expect(pushed).toMatchObject({ code: 128, stderr: expect.stringContaining('403') });
    const straight = await fetch(`${api.url}/git/ws.git/git-receive-pack`, {
      method: 'POST',
      headers: bearer(),
    });
    expect(straight.status).toBe(404);
  });

  it.each([
    ['JSON', 415, 'application/json', '{}', {}],
    ['nothing', 415, undefined, undefined, {}],
    ['what is not packed', 400, undefined, 'x', { 'content-encoding': 'gzip' }],
    ['what git cannot read', 400, undefined, 'nonsense', {}],
    [
      'more than anybody has to say',
      413,
      undefined,
      gzipSync(`0014command=ls-refs\n0001${'001bref-prefix refs/heads/\n'.repeat(1_000_000)}`),
      { 'content-encoding': 'gzip' },
    ],
  ])('a request that is %s (%i)', async (_, status, type, body, headers) => {
    const answer = await fetch(`${api.url}/git/ws.git/git-upload-pack`, {
      method: 'POST',
      headers: {
        ...bearer(),
        'git-protocol': 'version=2',
        ...(body === undefined ? {} : { 'content-type': type ?? 'application/x-git-upload-pack-request' }),
        ...(headers as Record<string, string>),
      },
      ...(body === undefined ? {} : { body }),
    });
    expect([answer.status, await answer.json()]).toEqual([status, expect.objectContaining({ status })]);
  });
});
