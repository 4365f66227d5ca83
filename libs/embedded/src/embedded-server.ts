import path from 'node:path';
import { type Child, type Exit, removeFolder, scratchFolder, stopChild } from '@nexus-state/processes';

export type { Exit };

/** A server that ends with the process that started it. */
export interface EmbeddedServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly dataDir: string;
  /** Settles when the server has ended, for any reason; never rejects. */
  readonly exited: Promise<Exit>;
  /** Shuts it down in order. A second call does nothing. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

/** The options of both servers. */
export interface ServerOptions {
  /** The data folder. Without one: a temporary folder, which `stop` and `kill` remove. */
  readonly dataDir?: string | undefined;
  /** Without one: any free port. */
  readonly port?: number | undefined;
  /** Required of every connection. Without one, connections from this machine are trusted. */
  readonly password?: string | undefined;
  /** More server settings, by name. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Without one: beside the data folder. */
  readonly logFile?: string | undefined;
}

/** Signals that end a server, each with the milliseconds it gets; SIGKILL follows the last of them. */
export type EndSteps = [signal: NodeJS.Signals, patienceMs: number][];

/** A process that is ready, and what its callers need to know of it. */
export interface RunningServer {
  readonly child: Child;
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly stop: EndSteps;
  readonly kill: EndSteps;
}

/** Describes a running process as a server. */
export function embeddedServer({ child, stop, kill, ...rest }: RunningServer): EmbeddedServer {
  const end = async (steps: EndSteps) => void (await stopChild(child, steps));
  return { ...rest, pid: child.pid, exited: child.exited, stop: () => end(stop), kill: () => end(kill) };
}

/**
 * Starts a server on a data folder, or on a temporary one that is removed with the server, or when it cannot start.
 * @param name part of the temporary folder's name
 */
export async function startOn(
  dataDir: string | undefined,
  name: string,
  start: (dataDir: string) => Promise<EmbeddedServer>,
): Promise<EmbeddedServer> {
  if (dataDir !== undefined) return start(path.resolve(dataDir));
  const folder = scratchFolder(name);
  const thenRemove = (end: () => Promise<void>) => async () => {
    await end();
    removeFolder(folder);
  };
  try {
    const server = await start(path.join(folder, 'data'));
    return { ...server, stop: thenRemove(server.stop), kill: thenRemove(server.kill) };
  } catch (error) {
    removeFolder(folder);
    throw error;
  }
}
