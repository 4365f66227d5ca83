import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { type EmbeddedServer, startRedis } from '@nexus-state/embedded';

/** A Redis of one test's own, which it may kill and start again at the same address. */
export class OwnRedis {
  readonly #folders: string[] = [];

  private constructor(private server: EmbeddedServer) {}

  /** Starts one, empty. */
  static async start(): Promise<OwnRedis> {
    return new OwnRedis(await startRedis());
  }

  get url(): string {
    return this.server.url;
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    await this.server.kill();
  }

  /** What it holds, as it writes it to its disk. */
  async dump(): Promise<Buffer> {
    const client = new Redis(this.url);
    try {
      await client.save();
      return readFileSync(path.join(this.server.dataDir, 'dump.rdb'));
    } finally {
      client.disconnect();
    }
  }

  /** Starts it again at the same address, with nothing in it but what a dump holds. */
  async restart(dump?: Buffer): Promise<void> {
    const { port } = this.server;
    if (!dump) {
      this.server = await startRedis({ port });
      return;
    }
    const folder = mkdtempSync(path.join(tmpdir(), 'own-redis-'));
    this.#folders.push(folder);
    const dataDir = path.join(folder, 'data');
    mkdirSync(dataDir);
    writeFileSync(path.join(dataDir, 'dump.rdb'), dump);
    this.server = await startRedis({ port, dataDir });
  }

  /** Stops it in the midst of its work. Connections stay open, without replies. */
  freeze(): void {
    process.kill(this.server.pid, 'SIGSTOP');
  }

  /** Lets it go on where it was stopped. */
  thaw(): void {
    process.kill(this.server.pid, 'SIGCONT');
  }

  /** Ends it and removes what it wrote. */
  async stop(): Promise<void> {
    await this.server.stop();
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }
}
