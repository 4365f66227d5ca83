import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StateStore } from '../..';
import { take, within } from '../../conformance/expect';

/**
 * Starts a process that writes, kills it in the midst of it, and again, on the same keys.
 * @param place what the process opens
 * @param kills how often
 * @returns the last acknowledged number of each of its writers
 */
export async function killWriters(place: readonly string[], kills: number): Promise<number[]> {
  const acknowledged = [0, 0, 0, 0];
  for (let kill = 0; kill < kills; kill++) {
    const child = spawn(process.execPath, [join(__dirname, 'writer.cjs'), ...place], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      // Each time at another moment of a write.
      const progress = { isReady: false, seen: 0 };
      const reached = acknowledgements(child, acknowledged, 3 + kill, progress);
      const what = () =>
        `process ${kill + 1}: open: ${progress.isReady}, writes: ${progress.seen} of ${3 + kill}`;
      await within(reached, what, processPatienceMs);
      await new Promise((resolve) => setTimeout(resolve, (kill * 7) % 20));
    } finally {
      child.kill('SIGKILL');
    }
    await within(ended(child), 'the end of a killed process');
  }
  return acknowledged;
}

/** A process takes long to start on a machine that does much else. */
const processPatienceMs = 120_000;

async function acknowledgements(
  child: ChildProcess,
  acknowledged: number[],
  count: number,
  progress: { isReady: boolean; seen: number },
): Promise<void> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The writer ended with ${code}.`)));
    lines.on('line', (line) => {
      if (line === 'ready') {
        progress.isReady = true;
        return;
      }
      const [writer, n] = line.split(' ').map(Number) as [number, number];
      acknowledged[writer] = n;
      if (++progress.seen === count) resolve();
    });
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    // What it printed before its end is read by then.
    else child.once('close', () => resolve());
  });
}

/** What is wrong with the keys after writers were killed; empty where nothing is. */
export async function faultsAfterKills(
  store: StateStore,
  acknowledged: readonly number[],
): Promise<string[]> {
  const faults: string[] = [];
  let transactions = 0;
  for (const [writer, last] of acknowledged.entries()) {
    const counter = (await store.getJson<number>(`/counter/${writer}`)) ?? 0;
    transactions += counter;
    if (counter < last) faults.push(`writer ${writer}: ${last} was acknowledged, and ${counter} is there`);
    if ((await store.version(`/counter/${writer}`)) !== counter) faults.push(`writer ${writer}: versions`);
    const logged: number[] = [];
    for await (const { value } of store.list(`/log/${writer}/`, { limit: 1000, values: true })) {
      logged.push(value as number);
    }
    logged.sort((a, b) => a - b);
    if (logged.length !== counter || logged.some((n, index) => n !== index + 1)) {
      faults.push(`writer ${writer}: ${logged.length} log entries for ${counter} transactions`);
    }
  }
  const { revision } = await store.list('');
  if (revision !== transactions) faults.push(`revision ${revision} after ${transactions} transactions`);
  const since = Math.max(0, revision - 500);
  const watch = store.watch('*', { since });
  const events = await take(watch, 2 * (revision - since));
  await watch.return();
  if (events.some((event, index) => event.revision !== since + 1 + Math.floor(index / 2))) {
    faults.push('the changes have a gap');
  }
  return faults;
}
