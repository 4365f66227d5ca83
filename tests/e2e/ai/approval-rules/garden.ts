import { randomUUID } from 'node:crypto';
import type { Client } from '@modelcontextprotocol/client';
import type { JsonObject } from '@nexus-state/documents';
import { type ApiClient, testToken } from '@nexus-state/test-kit';
import { LiveClient } from '../../clients/live-client';
import { connectMcp } from '../../clients/mcp-client';
import { WebSocketClient } from '../../clients/web-socket-client';
import { GrpcClient } from '../../grpc/client';
import type { AiStack } from '../ai-world';
import type { Answer } from './answers';
import { type Dice, randomState } from './dice';
import { type Attempted, type PanelChange, type Role, type Rule, mayApprove, verdictOn } from './rule-model';

/** A panel as it is. */
export interface Present {
  readonly version: number;
  readonly state: JsonObject;
}

/** Somebody who writes, with a way in through every door. */
export interface Writer {
  readonly user: string;
  readonly role: Role;
  readonly http: ApiClient;
  readonly live: LiveClient;
  readonly socket: WebSocketClient;
  readonly grpc: GrpcClient;
  readonly mcp: Client;
}

export const panelIds = ['lamp', 'door', 'floor', 'other-1'] as const;
const workspace = '/api/state/ws';

/** A workspace whose rules and panels are known, and where every write is held against what has to become of it. */
export class Garden {
  /** The rules in force, and since which revision. */
  readonly eras: { readonly since: number; readonly rules: readonly Rule[] }[] = [];
  readonly tally = { held: 0, made: 0, either: 0, approved: 0, forbidden: 0 };
  readonly doors = new Set<string>();
  readonly #log: string[] = [];

  private constructor(
    readonly dice: Dice,
    readonly writers: readonly Writer[],
    private readonly name: string,
  ) {}

  /** Ann owns it; Ada may set its rules, Bot and Eve may write. */
  static async open(stack: AiStack, dice: Dice, name: string): Promise<Garden> {
    const roles = { ann: 'owner', ada: 'admin', bot: 'editor', eve: 'editor' } as const;
    const people = Object.entries(roles).map(([who, role]) => ({ user: `${who}-${randomUUID()}`, role }));
    const ann = stack.stack.client(stack.api, people[0]?.user);
    for (const id of panelIds.slice(0, 3))
      await ann.post(`${workspace}/${id}`, { initialState: randomState(dice) });
    for (const { user, role } of people.slice(1))
      await ann.put(`/api/workspaces/ws/members/${user}`, { role });
    const writers = await Promise.all(
      people.map(async ({ user, role }): Promise<Writer> => {
        const http = stack.stack.client(stack.api, user);
        const live = await stack.live(user);
        const socket = await WebSocketClient.connect(stack.gateway, user);
        const mcp = await connectMcp(stack.api, http);
        return { user, role, http, live, socket, mcp, grpc: new GrpcClient(stack.api, testToken(user)) };
      }),
    );
    return new Garden(dice, writers, name);
  }

  async close(): Promise<void> {
    await Promise.all(
      this.writers.map(async ({ live, socket, grpc, mcp }) => {
        live.close();
        socket.close();
        grpc.close();
        await mcp.close();
      }),
    );
  }

  get owner(): Writer {
    return this.writers[0] as Writer;
  }

  get rules(): readonly Rule[] {
    return this.eras.at(-1)?.rules ?? [];
  }

  async setRules(rules: readonly Rule[]): Promise<void> {
    const { status, body } = await this.owner.http.put('/api/workspaces/ws/approval-rules', rules);
    expect([status, body]).toEqual([200, rules]);
    this.eras.push({ since: (await this.#read()).revision, rules });
  }

  /** One of the panels that are there, and somebody to write to it. */
  async target(): Promise<Present & { readonly panelId: string; readonly by: Writer }> {
    const [panelId, panel] = this.dice.pick([...(await this.panels())]);
    return { panelId, ...panel, by: this.dice.pick(this.writers) };
  }

  /** The id of a panel that is not there; undefined where all are. */
  async absent(): Promise<string | undefined> {
    const panels = await this.panels();
    return panelIds.find((id) => !panels.has(id));
  }

  /** All panels as they are. */
  async panels(): Promise<ReadonlyMap<string, Present>> {
    return (await this.#read()).panels;
  }

  async revision(): Promise<number> {
    return (await this.#read()).revision;
  }

  async #read(): Promise<{ readonly revision: number; readonly panels: ReadonlyMap<string, Present> }> {
    const { body } = await this.owner.http.get(`${workspace}/snapshot`);
    const panels = Object.entries(body.panels as Record<string, Present>);
    return {
      revision: body.revision,
      panels: new Map(panels.map(([id, { version, state }]) => [id, { version, state }])),
    };
  }

  /**
   * Makes a write through a door, and checks that what the rules hold back became a proposal that leaves everything as it is, and that
   * everything else was made.
   * @param always whether it is a proposal in any case
   * @param isLeft whether nobody decides on what became a proposal
   */
  async attempt(
    door: string,
    write: Attempted,
    send: () => Promise<Answer>,
    { always = false, isLeft = false }: { readonly always?: boolean; readonly isLeft?: boolean } = {},
  ): Promise<void> {
    const before = await this.panels();
    const verdict = always ? 'held' : verdictOn(write, this.rules);
    this.doors.add(door);
    this.#log.push(`${door}: ${JSON.stringify(write)}`);
    const answer = await send();
    const expected = verdict === 'either' ? ['held', 'made'] : [verdict];
    this.#expect(expected.includes(answer.kind), true, { expected, answer });
    this.tally[verdict]++;
    const left = answer.kind === 'made' ? afterwards(before, write.changes) : statesOf(before);
    const after = await this.panels();
    this.#expect(statesOf(after), left, answer);
    this.#expect(
      versionsOf(after),
      versionsAfter(before, after, answer.kind === 'made' ? write.changes : []),
      write,
    );
    if (answer.kind === 'held' && !isLeft) await this.#decide(answer.proposalId, write);
  }

  /** Looks at a proposal, and lets somebody decide on it, or nobody. */
  async #decide(proposalId: string, write: Attempted): Promise<void> {
    const at = `${workspace}/proposals/${proposalId}`;
    const { body } = await this.owner.http.get(at);
    const { actor: proposedBy, triggeredBy } = write;
    this.#expect(
      { state: body.state, proposedBy: body.proposedBy, triggeredBy: body.triggeredBy },
      { state: 'open', proposedBy, triggeredBy },
      body,
    );
    if (!this.dice.chance(0.7)) return;
    const by = this.dice.pick(this.writers);
    const before = await this.panels();
    const approved = await by.http.post(`${at}/approve`, {});
    const may = mayApprove(write, this.rules, by);
    const expected = may === undefined ? [200, 403] : [may ? 200 : 403];
    this.#expect(expected.includes(approved.status), true, { by: by.user, expected, answer: approved.body });
    const isApproved = approved.status === 200;
    this.tally[isApproved ? 'approved' : 'forbidden']++;
    const after = statesOf(await this.panels());
    this.#expect(after, isApproved ? afterwards(before, write.changes) : statesOf(before), write);
  }

  #expect(found: unknown, wanted: unknown, about: unknown): void {
    try {
      expect(found).toEqual(wanted);
    } catch (error) {
      const story = [this.name, JSON.stringify(this.rules), ...this.#log.slice(-3), JSON.stringify(about)];
      throw new Error(`${(error as Error).message}\n${story.join('\n')}`);
    }
  }
}

function statesOf(panels: ReadonlyMap<string, Present>): Record<string, JsonObject> {
  return Object.fromEntries([...panels].map(([id, { state }]) => [id, state]));
}

function versionsOf(panels: ReadonlyMap<string, Present>): Record<string, number> {
  return Object.fromEntries([...panels].map(([id, { version }]) => [id, version]));
}

function afterwards(
  before: ReadonlyMap<string, Present>,
  changes: readonly PanelChange[],
): Record<string, JsonObject> {
  const states = { ...statesOf(before) };
  for (const { panelId, after } of changes) {
    if (after) states[panelId] = after;
    else delete states[panelId];
  }
  return states;
}

/** A panel that was made again goes on with its versions. */
function versionsAfter(
  before: ReadonlyMap<string, Present>,
  after: ReadonlyMap<string, Present>,
  changes: readonly PanelChange[],
): Record<string, number> {
  const versions = { ...versionsOf(before) };
  for (const { panelId, after: state } of changes) {
    const { version } = before.get(panelId) ?? {};
    if (!state) delete versions[panelId];
    else versions[panelId] = version === undefined ? (after.get(panelId)?.version ?? 0) : version + 1;
  }
  return versions;
}
