import { randomUUID } from 'node:crypto';
import { type ApiClient, type ServiceProcess, TestStack, testToken } from '@nexus-state/test-kit';
import { LiveClient } from '../clients/live-client';
import { GrpcClient } from '../grpc/client';

/** The services that people and agents work on. */
export class AiStack {
  private constructor(
    readonly stack: TestStack,
    readonly api: ServiceProcess,
    readonly gateway: ServiceProcess,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<AiStack> {
    const defaults = { SNAPSHOT_INTERVAL: 'off', SNAPSHOT_BEFORE_WAIT: '20s' };
    const stack = await TestStack.create({ ...defaults, ...settings });
    const [api, gateway] = await Promise.all([
      stack.start('state-api'),
      stack.start('realtime-gateway'),
      stack.start('snapshot-worker'),
    ]);
    return new AiStack(stack, api, gateway);
  }

  /** Ann, who owns a workspace with a panel, and an agent that may write there. */
  async people(): Promise<{ owner: string; agent: string; ann: ApiClient; bot: ApiClient }> {
    const [owner, agent] = [`ann-${randomUUID()}`, `bot-${randomUUID()}`];
    const [ann, bot] = [this.stack.client(this.api, owner), this.stack.client(this.api, agent)];
    await ann.post('/api/state/ws/panel', { initialState: { title: 'a', n: 0 } });
    await ann.put(`/api/workspaces/ws/members/${agent}`, { role: 'editor' });
    return { owner, agent, ann, bot };
  }

  live(user: string): Promise<LiveClient> {
    return LiveClient.connect(this.gateway, user);
  }

  grpc(user: string): GrpcClient {
    return new GrpcClient(this.api, testToken(user));
  }

  close(): Promise<void> {
    return this.stack.close();
  }
}
