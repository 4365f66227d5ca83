import { Client, type ClientConfig, type Pool } from 'pg';
import { Backoff } from '../watch/backoff';
import { runOn } from './connection';
import type { OwnerSignals } from './owner-signals';

const channel = 'nexus_kv';
const announceStatement = {
  name: 'kv-announce',
  text: 'SELECT pg_notify($1, owner) FROM unnest($2::text[]) AS owner',
};
const revisionsStatement = {
  name: 'kv-revisions',
  text: 'SELECT owner, revision FROM kv_owners WHERE owner = ANY ($1::text[])',
};

/**
 * Signals by LISTEN and NOTIFY. A notification is sent after its changes are committed, and one for all changes since the one
 * before: within the writing statement it would make all writers of the database queue. A slow look at the revisions of the
 * owners that are watched makes up for what is lost.
 */
export class PostgresSignals implements OwnerSignals {
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #seen = new Map<string, string>();
  readonly #closed = new AbortController();
  #announced = new Set<string>();
  #announcing: Promise<void> | undefined;
  #listening: Promise<void> | undefined;
  #client: Client | undefined;
  #poll: NodeJS.Timeout | undefined;
  #polling: Promise<void> | undefined;

  /**
   * @param connection where to listen; undefined where LISTEN does not work, as through a pooler of transactions
   * @param pollIntervalMs the pause between two looks at the revisions
   */
  constructor(
    private readonly pool: Pool,
    private readonly connection: ClientConfig | undefined,
    private readonly pollIntervalMs: number,
  ) {}

  announce(owner: string): void {
    if (this.connection === undefined) return;
    this.#announced.add(owner);
    this.#announcing ??= this.#announceAll();
  }

  listen(owner: string, listener: () => void): () => void {
    let listeners = this.#listeners.get(owner);
    if (!listeners) this.#listeners.set(owner, (listeners = new Set()));
    listeners.add(listener);
    this.#poll ??= setInterval(() => {
      this.#polling ??= this.#look();
    }, this.pollIntervalMs);
    this.#listening ??= this.connection && this.#keepListening(this.connection);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.#listeners.delete(owner);
      this.#seen.delete(owner);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#poll);
      this.#poll = undefined;
    };
  }

  async close(): Promise<void> {
    this.#closed.abort();
    clearInterval(this.#poll);
    await Promise.all([this.#announcing, this.#polling, this.#client?.end().catch(() => undefined)]);
    await this.#listening;
  }

  async #announceAll(): Promise<void> {
    while (this.#announced.size > 0) {
      const owners = [...this.#announced];
      this.#announced = new Set();
      // What gets lost here is found by the look at the revisions.
      await runOn(this.pool, announceStatement, [channel, owners], { writes: false }).catch(() => undefined);
    }
    this.#announcing = undefined;
  }

  async #keepListening(connection: ClientConfig): Promise<void> {
    const backoff = new Backoff(100, 5_000);
    while (!this.#closed.signal.aborted) {
      const client = new Client(connection);
      this.#client = client;
      const ended = new Promise<void>((resolve) => {
        client.once('end', resolve);
        client.on('error', () => resolve());
      });
      client.on('notification', ({ payload = '' }) => this.#signal(payload));
      try {
        // The driver does not settle a connect() that is cut short by end().
        await Promise.race([client.connect(), ended]);
        await client.query(`LISTEN ${channel}`);
        backoff.reset();
        // Something may have happened while nothing was heard.
        for (const owner of this.#listeners.keys()) this.#signal(owner);
        if (!this.#closed.signal.aborted) await ended;
      } catch {
        // Tried again below; the look at the revisions goes on meanwhile.
      }
      await client.end().catch(() => undefined);
      await backoff.wait(this.#closed.signal);
    }
  }

  async #look(): Promise<void> {
    const owners = [...this.#listeners.keys()];
    try {
      const rows = await runOn<{ owner: string; revision: string }>(this.pool, revisionsStatement, [owners], {
        writes: false,
      });
      for (const { owner, revision } of rows) {
        if (this.#seen.get(owner) === revision || !this.#listeners.has(owner)) continue;
        this.#seen.set(owner, revision);
        this.#signal(owner);
      }
    } catch {
      // The database is away; the next look tells.
    }
    this.#polling = undefined;
  }

  #signal(owner: string): void {
    for (const listener of this.#listeners.get(owner) ?? []) listener();
  }
}
