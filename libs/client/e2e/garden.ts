import { randomUUID } from 'node:crypto';
import { type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { type ClientOptions, type NexusClient, createClient } from '../src';

/** The services, and clients of them that are closed with it. */
export class Garden {
  readonly #clients: NexusClient[] = [];
  /** What its clients have asked the API for: `GET /api/workspaces`. */
  readonly asked = new Set<string>();

  private constructor(
    readonly stack: TestStack,
    readonly api: ServiceProcess,
    readonly gateway: ServiceProcess,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<Garden> {
    const stack = await TestStack.create(settings);
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
      fetch: (url, request) => {
        this.asked.add(`${request?.method ?? 'GET'} ${new URL(String(url)).pathname}`);
        return fetch(url, request);
      },
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
