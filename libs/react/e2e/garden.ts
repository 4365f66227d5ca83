import { randomUUID } from 'node:crypto';
import { type ClientOptions, type NexusClient, createClient } from '@nexus-state/client';
import { type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';

/** The services, and clients of them that are closed with it. */
export class Garden {
  readonly #clients: NexusClient[] = [];

  private constructor(
    readonly stack: TestStack,
    readonly api: ServiceProcess,
    readonly gateway: ServiceProcess,
  ) {}

  static async start(): Promise<Garden> {
    const stack = await TestStack.create();
    try {
      const [api, gateway] = await Promise.all([stack.start('state-api'), stack.start('realtime-gateway')]);
      return new Garden(stack, api, gateway);
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  /** A client of a user whom nobody else is, unless the settings say so. */
  client(settings: Partial<ClientOptions> = {}): NexusClient {
    const client = createClient({
      url: this.api.url,
      realtimeUrl: this.gateway.url,
      token: testToken(`user-${randomUUID()}`),
      ...settings,
    });
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await this.stack.close();
  }
}
