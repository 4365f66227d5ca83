import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorCodes } from '@nexus-state/contracts';
import { eventually } from '@nexus-state/state-core/testing';
import { Launched } from '@nexus-state/test-kit';
import { type Block, problemsIn, promised, staysOpen, tourBlocks } from './tour';

jest.setTimeout(300_000);

const repository = path.resolve(__dirname, '../../..');
const blocks = tourBlocks();
const titled = blocks.map((block, n): [string, Block] => [
  `${n + 1}, ${block.heading || 'the variables'}`,
  block,
]);

let launched: Launched;
let folder: string;
let shell: ChildProcess;
let printed = '';
const open: ChildProcess[] = [];

beforeAll(async () => {
  launched = await Launched.start();
  folder = mkdtempSync(path.join(tmpdir(), 'tour-'));
  shell = shellOf(['-s']);
  shell.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  shell.stderr?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
});
afterAll(async () => {
  for (const child of [...open, shell]) if (child) await ended(child);
  await launched?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

function shellOf(args: string[]): ChildProcess {
  return spawn('bash', args, { cwd: repository, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
}

/** Ends a shell with what runs in it. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-(child.pid as number), 'SIGKILL');
  await gone;
}

/** A command, for the addresses and folders of this run. */
function here(command: string): string {
  return command
    .replaceAll('http://127.0.0.1:8001', launched.address('State API'))
    .replaceAll('@127.0.0.1:8001', launched.address('State API').replace('http://', '@'))
    .replaceAll('http://127.0.0.1:8002', launched.address('Realtime gateway'))
    .replaceAll('ws://127.0.0.1:8002', launched.address('Realtime gateway').replace('http', 'ws'))
    .replaceAll('.nexus/', `${launched.data}/`)
    .replaceAll('/tmp/garden', path.join(folder, 'garden'));
}

/** Waits until the clock shows another second: `date` knows no less, and what was made in this one is not there yet at its beginning. */
async function anotherSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1000);
  await eventually(() => Math.floor(Date.now() / 1000) > second, 'another second');
}

/** Runs a block in the shell of the tour; gives its output and the exit code of its last command. */
async function paste(command: string): Promise<{ output: string; code: number }> {
  const start = printed.length;
  const mark = `-- end ${start} `;
  shell.stdin?.write(`${here(command)}\necho "${mark}$?"\n`);
  const end = await eventually(
    () => new RegExp(`${mark}(\\d+)`).exec(printed.slice(start)),
    'the block to end',
  );
  return { output: printed.slice(start, start + end.index), code: Number(end[1]) };
}

it('finds the blocks of the tour', () => {
  expect(blocks.length).toBeGreaterThan(15);
  expect(new Set(blocks.map(({ heading }) => heading)).size).toBeGreaterThan(8);
});

it.each(titled)('block %s, does what the text below it says', async (_title, block) => {
  if (staysOpen(block)) return follow(block);
  if (block.command.includes('$(date ')) await anotherSecond();
  const { output, code } = await paste(block.command);
  expect(code).toBe(0);
  const flat = output.replaceAll(/(?<=[,:])\s+/g, '');
  for (const one of promised(block, errorCodes)) expect(flat).toContain(one.replace('": ', '":'));
  for (const problem of problemsIn(output)) expect(block.text).toContain(`\`${problem}\``);
});

/** Starts a block that stays open beside the tour, and waits for its first event. */
async function follow({ command }: Block): Promise<void> {
  const child = shellOf(['-c', `${here(blocks[0]?.command as string)}\n${here(command)}`]);
  open.push(child);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const isFeed = command.includes('text/event-stream');
  const first = isFeed ? 'data: ' : 'state_sync';
  const seen = async () => {
    // The feed begins with what is written once it is open.
    if (isFeed) await paste(`api -X PUT $WS/followed -H "$JSON" -H 'If-Match: *' -d '{"state": {}}'`);
    return output.includes(first);
  };
  if (isFeed) await paste(`api -X POST $WS/followed -H "$JSON" -d '{"initialState": {}}'`);
  await eventually(seen, first);
  expect(problemsIn(output)).toEqual([]);
}
