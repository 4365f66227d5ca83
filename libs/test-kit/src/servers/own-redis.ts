import { type EmbeddedServer, startRedis } from '@nexus-state/embedded';

/** A Redis of one test's own, which it may kill and start again at the same address. */
export class OwnRedis {
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

  /** Starts it again at the same address, with nothing in it. */
  async restart(): Promise<void> {
    this.server = await startRedis({ port: this.server.port });
  }

  /** Stops it in the midst of what it does. Connections stay, and nobody answers. */
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
  }
}
