import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StateError } from '@nexus-state/documents';
import { Unavailable, defaultLimits } from '@nexus-state/state-core';
import { LargeWorkPool } from './large-work-pool';

/** Stands in for the tasks: it answers, refuses, fails or dies, as its argument says. */
const worker = `module.exports = ({ name, args: [what] }) => {
  if (what === 'die') process.exit(1);
  if (what === 'fill') { const all = []; for (;;) all.push(new Array(100000).fill({ a: 1 })); }
  if (what === 'wait') return new Promise((resolve) => setTimeout(resolve, 60000));
  if (what === 'fail') return { outcome: 'failed', error: new TypeError('a mistake') };
  if (what === 'refuse') {
    const refusal = { name: 'StateTooLarge', code: 'state_too_large', message: 'too much', facts: { sizeBytes: 9 } };
    return { outcome: 'refused', refusal };
  }
  return { outcome: 'done', value: name + ' of ' + what };
}`;

let folder: string;
let pool: LargeWorkPool;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'large-work-'));
  await writeFile(path.join(folder, 'worker.cjs'), worker);
});
beforeEach(() => {
  pool = new LargeWorkPool({ filename: path.join(folder, 'worker.cjs'), threads: 1, maxWaiting: 2 });
});
afterEach(() => pool.close());
afterAll(() => rm(folder, { recursive: true }));

it('gives what a thread gives', async () => {
  expect(await pool.work.canonical('text')).toBe('canonical of text');
  expect(await pool.work.content('state', defaultLimits)).toBe('content of state');
});

it('throws a refusal with its code, message and facts', async () => {
  const refusal: unknown = await pool.work.canonical('refuse').catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(StateError);
  expect(refusal).toMatchObject({
    name: 'StateTooLarge',
    code: 'state_too_large',
    message: 'too much',
    facts: { sizeBytes: 9 },
  });
});

it('throws a mistake as it is', async () => {
  await expect(pool.work.canonical('fail')).rejects.toMatchObject({
    name: 'TypeError',
    message: 'a mistake',
  });
});

it.each(['die', 'fill'])(
  'survives a thread that dies: %s',
  async (how) => {
    await expect(pool.work.canonical(how)).rejects.toThrow(Unavailable);
    expect(await pool.work.canonical('text')).toBe('canonical of text');
  },
  60_000,
);

it('refuses more than may wait', async () => {
  const waiting = ['wait', 'wait', 'wait'].map((what) =>
    pool.work.canonical(what).catch((error: unknown) => error),
  );
  await expect(pool.work.canonical('text')).rejects.toThrow(Unavailable);
  await pool.close();
  for (const error of await Promise.all(waiting)) expect(error).toBeInstanceOf(Unavailable);
});
