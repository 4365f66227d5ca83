import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@nexus-state/documents';
import { type ApiClient, type ApiResponse, type ServiceProcess, TestStack } from '@nexus-state/test-kit';

const workspace = '/api/state/ws';
/** Before an agent works. */
const first: Record<string, JsonObject> = {
  changed: { n: 0, title: 'a' },
  replaced: { n: 0, list: [1, 2] },
  deleted: { n: 0 },
  patched: { n: 0, deep: { open: false } },
};
/** Once it has worked. */
const worked: Record<string, JsonObject> = {
  changed: { n: 1, title: 'its' },
  replaced: { n: 1 },
  patched: { n: 0, deep: { open: true } },
  created: { n: 1 },
};

/** The states of the panels of a workspace. */
type States = Record<string, JsonObject>;

/** Something that is done as a whole, or not at all. */
export interface Deed {
  readonly name: string;
  /** What it begins with; what it returns is handed to the others. */
  prepare(scene: Scene): Promise<string>;
  ask(scene: Scene, id: string): Promise<ApiResponse>;
  /** What everybody sees before it is done, and once it is: all of it together. */
  seen(scene: Scene, id: string): Promise<unknown>;
  readonly before: unknown;
  readonly after: unknown;
  /** The answers to whoever asks again: where it was not done yet, and where it was. */
  readonly answers: readonly [undone: number, done: number];
}

/** A workspace of a person and an agent. */
export class Scene {
  readonly #agent = `bot-${randomUUID()}`;
  readonly #owner = `ann-${randomUUID()}`;

  constructor(
    private readonly stack: TestStack,
    private readonly api: () => ServiceProcess,
  ) {}

  get ann(): ApiClient {
    return this.stack.client(this.api(), this.#owner);
  }

  get bot(): ApiClient {
    return this.stack.client(this.api(), this.#agent);
  }

  get agent(): string {
    return this.#agent;
  }

  async fill(): Promise<void> {
    for (const [id, initialState] of Object.entries(first))
      await this.ann.post(`${workspace}/${id}`, { initialState });
    await this.ann.put(`/api/workspaces/ws/members/${this.#agent}`, { role: 'editor' });
  }

  /** The agent changes four panels and makes one, in a turn where one is given. */
  async work(turnId?: string): Promise<void> {
    const inTurn = turnId === undefined ? {} : { turnId };
    const { bot } = this;
    const replace = (path: string, value: unknown) => [{ op: 'replace', path, value }];
    await bot.patch(`${workspace}/changed`, {
      patches: [...replace('/n', 1), ...replace('/title', 'its')],
      version: 1,
      ...inTurn,
    });
    await bot.put(`${workspace}/replaced`, { state: { n: 1 }, version: 1, ...inTurn });
    await bot.delete(`${workspace}/deleted`, turnId === undefined ? {} : { 'nexus-turn': turnId });
    await bot.patch(`${workspace}/patched`, { patches: replace('/deep/open', true), version: 1, ...inTurn });
    await bot.post(`${workspace}/created`, { initialState: { n: 1 }, ...inTurn });
    expect(await this.states()).toEqual(worked);
  }

  async begin(): Promise<string> {
    const { body } = await this.bot.post(`${workspace}/turns`, { agent: 'bot', policy: 'merge' });
    await this.work(body.turnId);
    return body.turnId;
  }

  async states(): Promise<States> {
    const { panels } = (await this.ann.get(`${workspace}/snapshot`)).body;
    return Object.fromEntries(
      Object.entries(panels as Record<string, { state: JsonObject }>).map(([id, { state }]) => [id, state]),
    );
  }

  async turn(turnId: string): Promise<string> {
    return (await this.ann.get(`${workspace}/turns/${turnId}`)).body.state;
  }

  /** The newest revision, and how many changes it has: those of one transaction share it. */
  async newest(): Promise<{ readonly changes: number; readonly sources: readonly string[] }> {
    const { changes } = (await this.ann.get(`${workspace}/changes?limit=1000`)).body;
    const { revision } = changes.at(-1);
    const last = changes.filter((one: { revision: number }) => one.revision === revision);
    const sources = new Set(
      last.map(({ triggerSource }: { triggerSource: string | null }) => String(triggerSource)),
    );
    return { changes: last.length, sources: [...sources] as string[] };
  }
}

const post = (client: ApiClient, path: string, body?: object) => client.post(`${workspace}${path}`, body);

/** The deeds that a crash must not tear apart. */
export const deeds: readonly Deed[] = [
  {
    name: 'commit',
    prepare: (scene) => scene.begin(),
    ask: (scene, turnId) => post(scene.bot, `/turns/${turnId}/commit`),
    seen: async (scene, turnId) => ({ turn: await scene.turn(turnId), states: await scene.states() }),
    before: { turn: 'open', states: worked },
    after: { turn: 'committed', states: worked },
    answers: [200, 409],
  },
  {
    name: 'abort',
    prepare: (scene) => scene.begin(),
    ask: (scene, turnId) => post(scene.bot, `/turns/${turnId}/abort`),
    seen: async (scene, turnId) => {
      const { changes, sources } = await scene.newest();
      const of = sources[0] === `turn:${turnId}`;
      return { turn: await scene.turn(turnId), states: await scene.states(), changes, of };
    },
    before: { turn: 'open', states: worked, changes: 1, of: false },
    after: { turn: 'aborted', states: first, changes: 5, of: true },
    answers: [200, 409],
  },
  {
    name: 'abort that waits',
    prepare: async (scene) => {
      const turnId = await scene.begin();
      await scene.ann.put('/api/workspaces/ws/approval-rules', [
        { when: { panels: ['rep*'] }, need: 'proposal' },
      ]);
      return turnId;
    },
    ask: (scene, turnId) => post(scene.bot, `/turns/${turnId}/abort`),
    seen: async (scene, turnId) => {
      const { proposals } = (await scene.ann.get(`${workspace}/proposals`)).body;
      const waiting = proposals.map(({ state, changes }: { state: string; changes: object[] }) => [
        state,
        changes.length,
      ]);
      return { turn: await scene.turn(turnId), states: await scene.states(), waiting };
    },
    before: { turn: 'open', states: worked, waiting: [] },
    after: { turn: 'aborted', states: worked, waiting: [['open', 5]] },
    answers: [202, 409],
  },
  {
    name: 'undo',
    prepare: async (scene) => {
      await scene.work();
      return '';
    },
    ask: (scene) => post(scene.ann, '/undo', { actor: scene.agent }),
    seen: async (scene) => {
      const { changes, sources } = await scene.newest();
      return { states: await scene.states(), changes, of: sources[0] === 'undo' };
    },
    before: { states: worked, changes: 1, of: false },
    after: { states: first, changes: 5, of: true },
    answers: [200, 200],
  },
  {
    name: 'approval',
    prepare: async (scene) => {
      const changes = [
        { panelId: 'changed', version: 1, state: worked['changed'] },
        { panelId: 'replaced', version: 1, state: worked['replaced'] },
        { panelId: 'deleted', version: 1, delete: true },
        { panelId: 'patched', version: 1, patches: [{ op: 'replace', path: '/deep/open', value: true }] },
        { panelId: 'created', version: 0, state: worked['created'] },
      ];
      return (await post(scene.bot, '/proposals', { title: 'Work', changes })).body.proposalId;
    },
    ask: (scene, proposalId) => post(scene.ann, `/proposals/${proposalId}/approve`, {}),
    seen: async (scene, proposalId) => {
      const { state } = (await scene.ann.get(`${workspace}/proposals/${proposalId}`)).body;
      const { changes, sources } = await scene.newest();
      return { state, states: await scene.states(), changes, of: sources[0] === `proposal:${proposalId}` };
    },
    before: { state: 'open', states: first, changes: 1, of: false },
    after: { state: 'approved', states: worked, changes: 5, of: true },
    answers: [200, 409],
  },
];
