import { randomBytes, randomUUID } from 'node:crypto';
import { type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { Command } from './command';

/** The services, and commands of users whom nobody else is. */
export class Service {
  readonly #commands: Command[] = [];

  private constructor(
    readonly stack: TestStack,
    readonly api: ServiceProcess,
  ) {}

  /** @param others what runs beside the API */
  static async start(...others: readonly ('snapshot-worker' | 'realtime-gateway')[]): Promise<Service> {
    const stack = await TestStack.create({
      STATE_ENCRYPTION_KEYS: `cli:${randomBytes(32).toString('base64')}`,
    });
    try {
      const [api] = await Promise.all([stack.start('state-api'), ...others.map((name) => stack.start(name))]);
      return new Service(stack, api);
    } catch (error) {
      await stack.close();
      throw error;
    }
  }

  /** The commands of a user, who is new unless named. */
  command(user = `user-${randomUUID()}`, env: Readonly<Record<string, string>> = {}): Command {
    const command = new Command({ NEXUS_URL: this.api.url, NEXUS_TOKEN: testToken(user), ...env });
    this.#commands.push(command);
    return command;
  }

  /** A command without any settings. */
  stranger(): Command {
    const command = new Command();
    this.#commands.push(command);
    return command;
  }

  async close(): Promise<void> {
    for (const command of this.#commands) command.close();
    await this.stack.close();
  }
}
