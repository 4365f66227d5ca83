import { randomBytes, randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import path from 'node:path';
import { eventually } from '@nexus-state/state-core/testing';
import {
  type ApiClient,
  GitClient,
  type ServiceProcess,
  TestStack,
  gitIn,
  testToken,
} from '@nexus-state/test-kit';
import { uploadPacksOf } from './upload-packs';

let stack: TestStack;
let api: ServiceProcess;
let subject: string;
let user: ApiClient;

beforeAll(async () => {
  stack = await TestStack.create({ SNAPSHOT_WAIT: '20s' });
  [api] = await Promise.all([stack.start('state-api'), stack.start('snapshot-worker')]);
});
beforeEach(() => {
  subject = `user-${randomUUID()}`;
  user = stack.client(api, subject);
});
afterAll(() => stack?.close());

const gitDir = () => {
  const folder = path.join(stack.gitRoot, subject);
  return path.join(folder, readdirSync(folder).find((name) => name.endsWith('.git')) as string);
};
const write = async (panelId: string, state: object) => {
  const operations = [{ op: 'set', panelId, state }];
  expect((await user.post('/api/state/ws/transaction', { operations })).status).toBe(200);
};
const take = async () => (await user.post('/api/snapshots/ws', {})).body.gitCommitHash as string;
const packet = (text: string) => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;

/** More than fits into the buffers between git and a client that does not read. */
const makeLarge = async () => {
  for (let n = 0; n < 24; n++) await write(`p${n}`, { noise: randomBytes(500_000).toString('base64') });
  return take();
};

/** Asks for everything, and reads nothing of the answer. */
function stall(hash: string): { readonly sent: ClientRequest; readonly answer: Promise<IncomingMessage> } {
  const sent = request(`${api.url}/git/ws.git/git-upload-pack`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${testToken(subject)}`,
      'content-type': 'application/x-git-upload-pack-request',
      'git-protocol': 'version=2',
    },
  });
  sent.on('error', () => undefined);
  const answer = new Promise<IncomingMessage>((resolve) => sent.once('response', resolve));
  sent.end(`${packet('command=fetch\n')}0001${packet(`want ${hash}\n`)}${packet('done\n')}0000`);
  return { sent, answer };
}

it('ends the process of a client that goes away in the middle', async () => {
  const { sent, answer } = stall(await makeLarge());
  expect((await answer).statusCode).toBe(200);
  await eventually(() => uploadPacksOf(stack.gitRoot) > 0, 'a process');
  sent.destroy();
  await eventually(() => uploadPacksOf(stack.gitRoot) === 0, 'the process to end', 10_000);
  expect(api.output()).toBe('');
});

it('runs only a few processes at once; who waits comes in when others have gone', async () => {
  const hash = await makeLarge();
  const stalled = Array.from({ length: 14 }, () => stall(hash));
  let most = 0;
  let answered = 0;
  for (const { answer } of stalled) void answer.then(() => answered++);
  await eventually(() => {
    most = Math.max(most, uploadPacksOf(stack.gitRoot));
    return answered >= 8;
  }, 'eight to be served');
  // One more than is served at once gets in when one has gone; who gives up waiting is forgotten.
  stalled.slice(12).forEach(({ sent }) => sent.destroy());
  for (const { sent } of stalled.slice(0, 4)) sent.destroy();
  await eventually(() => {
    most = Math.max(most, uploadPacksOf(stack.gitRoot));
    return answered >= 12;
  }, 'those who waited');
  for (const { sent } of stalled) sent.destroy();
  await eventually(() => uploadPacksOf(stack.gitRoot) === 0, 'all processes to end', 10_000);
  expect(most).toBeLessThanOrEqual(8);

  const git = new GitClient();
  await git.run([
    'clone',
    '--quiet',
    `${api.url.replace('//', `//x:${testToken(subject)}@`)}/git/ws.git`,
    'clone',
  ]);
  git.remove();
});

it('serves while snapshots are taken and the repository is packed anew', async () => {
  await write('a', { n: 0 });
  await take();
  let going = true;
  const snapshots = (async () => {
    for (let n = 1; going; n++) {
      await write(`p${n % 7}`, { n, noise: randomBytes(2_000).toString('base64') });
      await take();
    }
  })();
  const packing = (async () => {
    while (going) await gitIn(gitDir(), ['repack', '-a', '-d', '--quiet']);
  })();
  const git = new GitClient();
  try {
    const address = `${api.url.replace('//', `//x:${testToken(subject)}@`)}/git/ws.git`;
    await git.run(['clone', '--quiet', address, 'followed']);
    for (let n = 0; n < 6; n++) {
      await git.run(['clone', '--quiet', '--bare', address, `clone-${n}`]);
      await git.run(['fsck', '--strict', '--full'], `clone-${n}`);
      await git.run(['pull', '--quiet', '--ff-only'], 'followed');
    }
    expect(Number(await git.run(['rev-list', '--count', 'HEAD'], 'followed'))).toBeGreaterThan(2);
  } finally {
    going = false;
    await Promise.all([snapshots, packing]);
    git.remove();
  }
});
