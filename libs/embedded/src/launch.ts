import fs from 'node:fs';
import { type Child, Failure, freePort, stopChild } from '@nexus-state/processes';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedServer, type EndSteps, embeddedServer } from './embedded-server';

/** How often a port that turned out to be taken is replaced by another. */
const maxPorts = 5;

/** How one kind of server is launched. */
export interface Launch {
  readonly name: string;
  readonly dataDir: string;
  readonly logFile: string;
  /** Without one: any free port. */
  readonly port: number | undefined;
  readonly url: (port: number) => string;
  /** Starts the process; its output goes to the open log file. */
  readonly start: (port: number, log: number) => Promise<Child>;
  readonly isReady: (child: Child, port: number) => boolean | Promise<boolean>;
  readonly readyWithinMs: number;
  /** Finds the reason for a failed start in the log. */
  readonly reasonLine: RegExp;
  /** What every line of the log begins with and a reader does not need. */
  readonly linePrefix: RegExp;
  /** Matches a reason that says that the port is taken. */
  readonly portTaken: RegExp;
  readonly stop: EndSteps;
  readonly kill: EndSteps;
}

/**
 * Launches a server and returns when it is ready.
 * @throws Failure when it does not become ready, with the reason from its log
 */
export async function launch(plan: Launch): Promise<EmbeddedServer> {
  const { name, dataDir, logFile, url, stop, kill } = plan;
  for (let attempt = 1; ; attempt++) {
    const port = plan.port ?? (await freePort());
    const child = await withLog(logFile, (log) => plan.start(port, log));
    if (await becomesReady(child, port, plan)) {
      return embeddedServer({ child, url: url(port), port, dataDir, stop, kill });
    }
    await stopChild(child, [stop[0] ?? ['SIGTERM', 5_000]]);
    const reason = reasonIn(logFile, plan);
    const isPortTaken = plan.portTaken.test(reason);
    // Another process may take a free port before the server does.
    if (isPortTaken && plan.port === undefined && attempt < maxPorts) continue;
    throw new Failure(
      isPortTaken
        ? `${name} could not listen on port ${port}: it is in use.`
        : `${name} could not start on ${dataDir} (${reason}); --fresh begins anew and deletes what the folder holds.`,
    );
  }
}

async function withLog<T>(logFile: string, work: (log: number) => Promise<T>): Promise<T> {
  const log = fs.openSync(logFile, 'w', 0o600);
  try {
    return await work(log);
  } finally {
    fs.closeSync(log);
  }
}

async function becomesReady(
  child: Child,
  port: number,
  { isReady, readyWithinMs }: Launch,
): Promise<boolean> {
  for (const end = Date.now() + readyWithinMs; Date.now() < end && child.running(); await sleep(15)) {
    if (await isReady(child, port)) return true;
  }
  return false;
}

function reasonIn(logFile: string, { reasonLine, linePrefix }: Launch): string {
  const lines = fs
    .readFileSync(logFile, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const line = lines.findLast((text) => reasonLine.test(text)) ?? lines.at(-1) ?? '';
  return line.replace(linePrefix, '') || 'its log is empty';
}
