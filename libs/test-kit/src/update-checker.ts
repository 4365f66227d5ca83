import { type JsonObject, type JsonPatch, applyPatch, canonicalJson } from '@nexus-state/documents';

/** What a panel really went through. */
export interface PanelTruth {
  readonly panelId: string;
  /** The canonical text of its state at each version, from the first to the newest; undefined where it was deleted. */
  readonly states: readonly (string | undefined)[];
}

/** What of an event about a panel the promises speak of. */
export interface PanelPayload {
  readonly panelId: string;
  readonly version: number;
  readonly state?: JsonObject;
  readonly patch?: JsonPatch;
}

/**
 * What was broken:
 * - `gap`: a version never came;
 * - `repeat`: it came twice;
 * - `disorder`: it came after a later one;
 * - `wrong-state`: what the events make of the panel is not what it was at that version;
 * - `wrong-beginning`: the subscription did not begin with a state, or with one older than was known before;
 * - `restart`: a state came amid a subscription, in place of updates.
 */
export type ViolationKind = 'gap' | 'repeat' | 'disorder' | 'wrong-state' | 'wrong-beginning' | 'restart';

/** A broken promise. */
export interface Violation {
  readonly kind: ViolationKind;
  readonly panelId: string;
  readonly version: number;
}

/** The events by which subscribers build the states of panels. */
export type PanelEventName = 'state_sync' | 'state_update' | 'panel_created' | 'panel_deleted';

const panelEvents: ReadonlySet<string> = new Set<PanelEventName>([
  'state_sync',
  'state_update',
  'panel_created',
  'panel_deleted',
]);

interface Arrival {
  readonly name: PanelEventName;
  readonly payload: PanelPayload;
}

/** From here on, what comes belongs to another subscription. */
interface Mark {
  readonly subscribed: string;
  readonly version: number | undefined;
}

/** The panel id that means every panel. */
const everyPanel = '*';

/**
 * Holds what one subscriber got against what happened: every update of a panel in version order, once, without a gap, and
 * each leading to the state that the panel had. It holds on over reconnects, where the subscriber names the version that
 * it got last; a subscription without a version begins anew with a state.
 */
export class UpdateChecker {
  readonly #log: (Arrival | Mark)[] = [];
  readonly #last = new Map<string, number>();
  #delivered = 0;

  /** How many events about panels have come. */
  get delivered(): number {
    return this.#delivered;
  }

  /** The version of a panel that came last: what a reconnecting subscriber names. */
  lastVersion(panelId: string): number | undefined {
    return this.#last.get(panelId);
  }

  /**
   * Takes it that a subscription begins; to be called before it is asked for.
   * @param panelId `*` for every panel
   * @param version the one that is named
   */
  subscribed(panelId: string, version?: number): void {
    this.#log.push({ subscribed: panelId, version });
  }

  /** Takes an event. Those that are not about the states of panels are passed by. */
  received(name: string, payload: unknown): void {
    if (!panelEvents.has(name)) return;
    const arrival: Arrival = { name: name as PanelEventName, payload: payload as PanelPayload };
    this.#log.push(arrival);
    this.#last.set(arrival.payload.panelId, arrival.payload.version);
    this.#delivered++;
  }

  /** Whether the newest version of every panel has come. Panels that are deleted in the end are not waited for. */
  isComplete(truth: readonly PanelTruth[]): boolean {
    return truth.every(
      ({ panelId, states }) => states.at(-1) === undefined || this.#last.get(panelId) === states.length,
    );
  }

  /**
   * Everything that is broken.
   * @param truth the panels that are subscribed, when nothing happens to them any more and everything has come
   */
  violations(truth: readonly PanelTruth[]): Violation[] {
    return truth.flatMap((panel) => {
      const replay = new Replay(panel);
      for (const entry of this.#log) {
        if ('subscribed' in entry) {
          if ([everyPanel, panel.panelId].includes(entry.subscribed)) replay.subscribe(entry);
        } else if (entry.payload.panelId === panel.panelId) {
          replay.receive(entry);
        }
      }
      return replay.end();
    });
  }
}

/** In place of the state of a deleted panel. */
const gone = Symbol('gone');

/** Follows the events about one panel. */
class Replay {
  readonly #violations: Violation[] = [];
  /** The versions that came since the beginning; undefined while the subscription has yet to begin. */
  #seen: Set<number> | undefined;
  #first = 0;
  #highest = 0;
  /** What the events make of the panel; undefined where they say too little. */
  #state: JsonObject | typeof gone | undefined;
  #whole = false;

  constructor(private readonly truth: PanelTruth) {}

  subscribe({ subscribed, version }: Mark): void {
    if (this.#seen) this.#expectAllUpTo(this.#highest);
    this.#whole = subscribed === everyPanel;
    if (version === undefined) {
      this.#seen = undefined;
      return;
    }
    // What the subscriber says to have is what they have.
    this.#seen = new Set();
    this.#first = version;
    this.#highest = version;
    const text = this.truth.states[version - 1];
    this.#state = text === undefined ? gone : (JSON.parse(text) as JsonObject);
  }

  receive({ name, payload }: Arrival): void {
    const { version } = payload;
    if (!this.#seen) this.#begin(name, version);
    else if (name === 'state_sync') this.#restart(version);
    else this.#next(version, this.#seen);
    this.#build(name, payload);
  }

  end(): Violation[] {
    const newest = this.truth.states.length;
    if (this.#seen) this.#expectAllUpTo(newest);
    // Subscribers of the workspace get nothing of panels that do not exist.
    else if (!this.#whole || this.truth.states.at(-1) !== undefined) this.#report('gap', newest);
    return this.#violations;
  }

  #begin(name: PanelEventName, version: number): void {
    const withState = name === 'state_sync' || (name === 'panel_created' && this.#whole);
    if (!withState || version < this.#highest) this.#report('wrong-beginning', version);
    this.#startAt(version);
  }

  #restart(version: number): void {
    this.#expectAllUpTo(this.#highest);
    this.#report('restart', version);
    this.#startAt(version);
  }

  #startAt(version: number): void {
    this.#seen = new Set([version]);
    this.#first = version;
    this.#highest = version;
  }

  #next(version: number, seen: Set<number>): void {
    if (seen.has(version) || version <= this.#first) this.#report('repeat', version);
    else if (version < this.#highest) this.#report('disorder', version);
    // What lies between may yet come; the state is unknown until the next one that comes whole.
    if (version !== this.#highest + 1) this.#state = undefined;
    seen.add(version);
    this.#highest = Math.max(this.#highest, version);
  }

  #build(name: PanelEventName, { version, state, patch }: PanelPayload): void {
    if (name === 'panel_deleted') this.#state = gone;
    else if (name !== 'state_update') this.#state = state;
    else if (this.#state === undefined) return;
    else this.#state = patched(this.#state, patch);
    const text = typeof this.#state === 'object' ? canonicalJson(this.#state) : this.#state;
    const truth = version > this.truth.states.length ? undefined : (this.truth.states[version - 1] ?? gone);
    if (text === undefined || text !== truth) this.#report('wrong-state', version);
  }

  #expectAllUpTo(version: number): void {
    for (let n = this.#first + 1; n <= version; n++) if (!this.#seen?.has(n)) this.#report('gap', n);
  }

  #report(kind: ViolationKind, version: number): void {
    this.#violations.push({ kind, panelId: this.truth.panelId, version });
  }
}

function patched(state: JsonObject | typeof gone, patch: JsonPatch | undefined): JsonObject | undefined {
  if (state === gone || !patch) return undefined;
  try {
    return applyPatch(state, patch).value as JsonObject;
  } catch {
    return undefined;
  }
}
