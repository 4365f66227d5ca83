import {
  type Accepted,
  type ChangeDraft,
  type CurrentPanel,
  GroupCommit,
  type GroupCommitLimits,
  type GroupCommitPorts,
  type RecentChanges,
  type WriteRequest,
  type Written,
} from '../panels/group-commit';
import { PanelNotFound } from '../errors';
import type { JsonObject } from '@nexus-state/documents';
import { FailingStore } from './failing-store';
import {
  type Append,
  type AppendOutcome,
  type BuildAppend,
  type Change,
  type IdempotentRequest,
  type KeptResponse,
  type Panel,
  type PanelKey,
  type WorkspaceKey,
  defaultLimits,
  panelKey,
  panelKeyText,
  stateContent,
} from '../panels/model';

const origin = { actor: 'ann', triggeredBy: 'user', triggerSource: null };
/** A panel's key. */
export const key = (name: string): PanelKey => panelKey('owner', 'ws', name);

const none: RecentChanges = { newest: [] };

/** What a test has a writer do of the panel it is shown. */
export type Decide = (current: CurrentPanel | undefined, recent: RecentChanges) => ChangeDraft;

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

/** A counter that must be at a version. */
export const countAt =
  (version: number): Decide =>
  (current) => {
    if (current?.version !== version) throw new PanelNotFound(`not at ${version} but at ${current?.version}`);
    return count(current, none);
  };

/** The store's rules in memory, with a breath before each answer, and counts of what it was asked. */
export class CountingStore {
  readonly panels = new Map<string, CurrentPanel>();
  /** What is kept under keys, by the key alone. */
  readonly kept = new Map<string, KeptResponse>();
  readonly appends: (readonly Append[])[] = [];
  reads = 0;
  exclusives = 0;
  inFlight = 0;
  maxInFlight = 0;
  beforeAppend: (batch: readonly Append[]) => void | Promise<void> = () => undefined;

  async read(at: PanelKey): Promise<CurrentPanel | undefined> {
    this.reads++;
    await breath();
    return this.panels.get(panelKeyText(at));
  }

  async findKept(
    _: WorkspaceKey,
    { key: idempotencyKey }: IdempotentRequest,
  ): Promise<KeptResponse | undefined> {
    await breath();
    return this.kept.get(idempotencyKey);
  }

  async append(batch: readonly Append[]): Promise<readonly AppendOutcome[]> {
    this.maxInFlight = Math.max(this.maxInFlight, ++this.inFlight);
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
    const find = (request: IdempotentRequest) => this.findKept(at, request);
    const noHistory = async () => [];
    const panel = this.panels.get(panelKeyText(at)) as Panel | undefined;
    const append = await build(panel, find, noHistory);
    return append && this.#appendOne(append);
  }

  /** Another process writes. */
  put(at: PanelKey, version: number, state: JsonObject): void {
    this.panels.set(panelKeyText(at), { version, state, deleted: false });
  }

  #revision = 0;

  #appendOne({ key: at, expectedVersion, changes, result, claims = [] }: Append): AppendOutcome {
    const version = this.panels.get(panelKeyText(at))?.version ?? 0;
    if (version !== expectedVersion) return { outcome: 'version-mismatch' };
    if (changes.some((change, index) => change.version !== version + 1 + index))
      throw new Error('Versions have gaps.');
    if (claims.some(({ request }) => this.kept.has(request.key))) return { outcome: 'key-taken' };
    for (const { request, answer } of claims) {
      const change = changes.find((one) => one.version === answer['version']);
      const dated = { ...change, occurredAt: new Date().toISOString(), revision: 1, ordinal: 1 } as Change;
      this.kept.set(request.key, { fingerprint: request.fingerprint, answer, changes: [dated] });
    }
    this.panels.set(panelKeyText(at), result);
    this.#revision += changes.length;
    return { outcome: 'appended', occurredAt: new Date().toISOString(), revision: this.#revision };
  }
}

/** Lets everything else that is ready go first. */
export const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A request that carries what it decides. */
interface TestRequest extends WriteRequest {
  readonly decide: Decide;
}

/** A group commit of requests that carry what they decide. */
export class TestCommit {
  readonly #commit: GroupCommit<TestRequest>;

  constructor(
    ports: Omit<GroupCommitPorts<TestRequest, never>, 'decide' | 'readHistory'>,
    limits: Partial<GroupCommitLimits> = {},
  ) {
    const decide: GroupCommitPorts<TestRequest, never>['decide'] = (request, current, { recent }) => ({
      outcome: 'change',
      draft: request.decide(current, recent),
    });
    const readHistory = () => Promise.reject(new Error('No test needs history.'));
    this.#commit = new GroupCommit({ ...ports, decide, readHistory }, limits);
  }

  write(at: PanelKey, decide: Decide, request?: IdempotentRequest, seenVersion?: number): Promise<Written> {
    return this.#commit.write({ key: at, decide, request, seenVersion });
  }
}

/** A group commit over a fresh store, the faults of that store, and what is announced. */
export function open(
  options: Partial<GroupCommitLimits> & { cached?: (key: PanelKey) => CurrentPanel | undefined } = {},
) {
  const { cached, ...limits } = options;
  const store = new CountingStore();
  const faults = new FailingStore(store);
  const announced: Accepted[] = [];
  const ports = {
    store: faults.port,
    cachedPanel: async ({ key: at }: WriteRequest) => {
      await breath();
      return cached?.(at);
    },
    announcing: () => async (accepted: readonly Accepted[]) => {
      announced.push(...accepted);
      await breath();
    },
  };
  return { store, faults, announced, ports, commit: new TestCommit(ports, limits) };
}
