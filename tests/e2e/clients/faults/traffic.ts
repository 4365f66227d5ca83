import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@nexus-state/state-core/testing';
import type { ApiResponse, ApiClient } from '@nexus-state/test-kit';

/** A write: method, path under the workspace, body, headers. */
type Write = readonly [
  method: string,
  path: string,
  body: unknown,
  headers?: Readonly<Record<string, string>>,
];

const whatever = { 'if-match': '*' };
const jsonPatch = { ...whatever, 'content-type': 'application/json-patch+json' };
const mergePatch = { ...whatever, 'content-type': 'application/merge-patch+json' };

const firstState = { n: 0, list: [], text: '', map: {} };
const words = ['', 'plain', 'ä€😀', '\u2028', '"\\/', 'line\nline'];

/** The panel that is deleted and made again all the time. */
export const mortalPanel = 'mortal';

/**
 * Writers of a workspace, which repeat whatever was not answered, with its idempotency key, at any API until it is
 * accepted.
 */
export class Traffic {
  /** Writes that were accepted. */
  accepted = 0;
  /** Tries that were not answered, or with a refusal that says to try again. */
  retried = 0;
  #mortalTurn = 0;
  #stopped = false;
  #writing: Promise<unknown> = Promise.resolve();
  #failure: unknown;

  /**
   * @param apis clients of the APIs that are there at the moment
   * @param panelIds those that are written, and never deleted
   */
  constructor(
    private readonly apis: () => readonly ApiClient[],
    private readonly workspaceId: string,
    private readonly panelIds: readonly string[],
  ) {}

  /** Creates the panels. */
  async prepare(): Promise<void> {
    for (const panelId of [...this.panelIds, mortalPanel]) {
      await this.#write(['POST', panelId, { initialState: firstState }]);
    }
  }

  /**
   * Lets writers write, until `stop` or, where given, `limit` writes.
   * @param pauseMs what each waits between two writes
   */
  start(writers: number, { limit = Infinity, pauseMs = 0 } = {}): void {
    let begun = 0;
    const write = async (_: unknown, writer: number) => {
      while (!this.#stopped && begun < limit) {
        begun++;
        await this.#write(writer === 0 ? this.#mortalWrite() : this.#anyWrite());
        if (pauseMs > 0) await sleep(pauseMs);
      }
    };
    this.#writing = Promise.all(Array.from({ length: writers }, write)).catch((error: unknown) => {
      this.#failure = error;
      throw error;
    });
    this.#writing.catch(() => undefined);
  }

  /** Waits for so many more writes to be accepted. */
  async during(count: number): Promise<void> {
    const goal = this.accepted + count;
    const there = () => this.accepted >= goal || this.#failure !== undefined;
    await eventually(there, `${count} more writes`);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Waits until the writers have reached their limit. */
  async end(): Promise<void> {
    await this.#writing;
    // In the end it is there, so that its last version can be waited for.
    while (this.#mortalTurn % 3 !== 0) await this.#write(this.#mortalWrite());
  }

  /** Lets the writers end what they have begun. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.end();
  }

  /** The one writer of the mortal panel does the same over and over. */
  #mortalWrite(): Write {
    const patch = [{ op: 'inc', path: '/n', value: 1 }];
    const life: [Write, Write, Write] = [
      ['PATCH', mortalPanel, patch, jsonPatch],
      ['DELETE', mortalPanel, undefined],
      ['POST', mortalPanel, { initialState: firstState }],
    ];
    return life[this.#mortalTurn++ % 3] as Write;
  }

  #anyWrite(): Write {
    const panelId = pick(this.panelIds);
    const value = pick([Math.random() * 1e6, pick(words), null, { deep: [1, { text: pick(words) }] }]);
    const name = `name-${Math.floor(Math.random() * 5)}`;
    const dice = Math.random();
    const state = { ...firstState, text: pick(words), map: { [name]: value } };
    if (dice < 0.05) return ['PUT', panelId, { state }, whatever];
    if (dice < 0.08) return ['POST', `${panelId}/revert`, { targetVersion: 1 }];
    if (dice < 0.2) return ['PATCH', panelId, { text: pick(words), map: { [name]: value } }, mergePatch];
    const patch = [
      { op: 'inc', path: '/n', value: 1 },
      dice < 0.3 ? { op: 'replace', path: '/list', value: [] } : { op: 'add', path: '/list/-', value },
      { op: 'add', path: `/map/${name}`, value },
    ];
    return ['PATCH', panelId, patch, jsonPatch];
  }

  async #write([method, path, body, headers]: Write): Promise<void> {
    const key = { 'idempotency-key': randomUUID() };
    for (;;) {
      const answer = await this.#try([method, path, body, { ...headers, ...key }]);
      if (answer && answer.status < 300) break;
      const again = !answer || answer.status === 503 || answer.body?.error === 'too_much_contention';
      if (!again) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
      this.retried++;
      await sleep(20);
    }
    this.accepted++;
  }

  /** An answer, or undefined where none came. */
  async #try([method, path, body, headers]: Write): Promise<ApiResponse | undefined> {
    try {
      return await pick(this.apis()).call(method, `/api/state/${this.workspaceId}/${path}`, body, headers);
    } catch {
      return undefined;
    }
  }
}

function pick<T>(things: readonly T[]): T {
  return things[Math.floor(Math.random() * things.length)] as T;
}
