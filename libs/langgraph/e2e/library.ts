import { randomUUID } from 'node:crypto';
import { type NexusClient, createClient } from '@nexus-state/client';
import { type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';

/** A state API, and clients of it that are closed with it. */
export class Library {
  readonly #clients: NexusClient[] = [];

  private constructor(
    readonly stack: TestStack,
    readonly api: ServiceProcess,
  ) {}

  static async start(): Promise<Library> {
    const stack = await TestStack.create();
    try {
      return new Library(stack, await stack.start('state-api'));
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  /** A client of a user; of one whom nobody else is, where none is named. */
  client(user: string = `user-${randomUUID()}`): NexusClient {
    const client = createClient({ url: this.api.url, token: testToken(user) });
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.stack.close();
  }
}
