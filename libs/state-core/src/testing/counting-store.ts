import {
  type Accepted,
  type Decide,
  GroupCommit,
  type GroupCommitLimits,
  type RecentChanges,
  type Tip,
} from '../panels/group-commit';
import { PanelNotFound } from '../errors';
import type { JsonObject } from '@nexus-state/documents';
import {
  type Append,
  type AppendOutcome,
  type BuildAppend,
  type Change,
  type Panel,
  type PanelKey,
  defaultLimits,
  panelKey,
  panelKeyText,
  stateContent,
} from '../panels/model';

const origin = { actor: 'someone', triggeredBy: 'user', triggerSource: null };
/** A panel's key. */
export const key = (name: string): PanelKey => panelKey('owner', 'ws', name);

const none: RecentChanges = { newest: [] };

/** Adds one to a counter; makes the panel where there is none. */
export const count: Decide = (current) => {
  const n = ((current?.state['n'] as number | undefined) ?? 0) + 1;
  return {
    ...origin,
    changeType: current ? 'updated' : 'created',
    content: stateContent({ n }, defaultLimits),
    patch: [{ op: 'add', path: '/n', value: n }],
  };
};

/** A counter that must stand at a version. */
export const countAt =
  (version: number): Decide =>
  (current) => {
    if (current?.version !== version) throw new PanelNotFound(`not at ${version} but at ${current?.version}`);
    return count(current, none);
  };

/** The store's rules in memory, with a breath before each answer, and counts of what it was asked. */
export class CountingStore {
  readonly panels = new Map<string, Tip>();
  readonly keyed = new Map<string, Change>();
  readonly appends: (readonly Append[])[] = [];
  reads = 0;
  exclusives = 0;
  inFlight = 0;
  mostInFlight = 0;
  beforeAppend: (batch: readonly Append[]) => void | Promise<void> = () => undefined;

  async read(at: PanelKey): Promise<Tip | undefined> {
    this.reads++;
    await breath();
    return this.panels.get(panelKeyText(at));
  }

  async findByIdempotencyKey(at: PanelKey, idempotencyKey: string): Promise<Change | undefined> {
    await breath();
    return this.keyed.get(`${panelKeyText(at)} ${idempotencyKey}`);
  }

  async append(batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    this.appends.push(batch);
    await breath();
    try {
      await this.beforeAppend(batch);
      return batch.map((entry) => this.#appendOne(entry));
    } finally {
      this.inFlight--;
    }
  }

  async appendExclusively(at: PanelKey, build: BuildAppend): Promise<AppendOutcome | undefined> {
    this.exclusives++;
    await breath();
    const find = (idempotencyKey: string) => this.findByIdempotencyKey(at, idempotencyKey);
    const append = await build(this.panels.get(panelKeyText(at)) as Panel | undefined, find);
    return append && this.#appendOne(append);
  }

  /** Another process writes. */
  put(at: PanelKey, version: number, state: JsonObject): void {
    this.panels.set(panelKeyText(at), { version, state, deleted: false });
  }

  #appendOne({ key: at, expectedVersion, changes, result }: Append): AppendOutcome {
    const version = this.panels.get(panelKeyText(at))?.version ?? 0;
    if (version !== expectedVersion) return { outcome: 'version-mismatch' };
    if (changes.some((change, index) => change.version !== version + 1 + index))
      throw new Error('Versions have gaps.');
    this.panels.set(panelKeyText(at), result);
    return { outcome: 'appended', occurredAt: new Date().toISOString() };
  }
}

/** Lets everything else that is ready go first. */
export const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A group commit over a fresh store, and what it announces. */
export function open(
  options: Partial<GroupCommitLimits> & { hint?: (key: PanelKey) => Tip | undefined } = {},
) {
  const { hint, ...limits } = options;
  const store = new CountingStore();
  const announced: Accepted[] = [];
  const ports = {
    store,
    hint: async (at: PanelKey) => {
      await breath();
      return hint?.(at);
    },
    announce: async (accepted: readonly Accepted[]) => {
      announced.push(...accepted);
      await breath();
    },
  };
  return { store, announced, ports, commit: new GroupCommit(ports, limits) };
}
