import {
  type JsonObject,
  type JsonValue,
  appendToken,
  canonicalJson,
  isJsonObject,
  parsePointer,
} from '@nexus-state/documents';

/** An approval rule as the API takes it. */
export interface Rule {
  readonly when: {
    readonly triggeredBy?: string;
    readonly actor?: string;
    readonly panels?: readonly string[];
    readonly pointers?: readonly string[];
  };
  readonly need: 'proposal';
  readonly approvers?: { readonly role: Role } | { readonly users: readonly string[] };
}

export type Role = 'editor' | 'admin' | 'owner';

/** What a write does to a panel. */
export interface PanelChange {
  readonly panelId: string;
  /** Undefined where there is no panel. */
  readonly before: JsonObject | undefined;
  readonly after: JsonObject | undefined;
  /** The places that its operations name, where it is made of operations. */
  readonly named?: readonly string[] | undefined;
}

/** A write as rules see it. */
export interface Attempted {
  readonly actor: string;
  readonly triggeredBy: string;
  readonly changes: readonly PanelChange[];
}

/**
 * `held`: the value at a place that a rule names is another one after the write. `made`: the write stays away from all such places.
 * `either`: it writes around one, or beside one in an array, and the value there is the same afterwards.
 */
export type Verdict = 'held' | 'made' | 'either';

/** What has to become of a write. Only looks at states and places, so it knows nothing of how a service compares them. */
export function verdictOn(write: Attempted, rules: readonly Rule[]): Verdict {
  const verdicts = rules.map((rule) => verdictBy(rule, write));
  return verdicts.find((one) => one === 'held') ?? verdicts.find((one) => one === 'either') ?? 'made';
}

/** Whether somebody may approve a write; undefined where a rule is in doubt that they do not satisfy. */
export function mayApprove(
  write: Attempted,
  rules: readonly Rule[],
  by: { readonly user: string; readonly role: Role },
): boolean | undefined {
  if (write.actor === by.user) return false;
  const against = rules.filter((rule) => !satisfies(rule, by)).map((rule) => verdictBy(rule, write));
  if (against.includes('held')) return false;
  return against.includes('either') ? undefined : true;
}

function satisfies(
  { approvers }: Rule,
  { user, role }: { readonly user: string; readonly role: Role },
): boolean {
  const ranks: readonly Role[] = ['editor', 'admin', 'owner'];
  if (!approvers) return true;
  if ('users' in approvers) return approvers.users.includes(user);
  return ranks.indexOf(role) >= ranks.indexOf(approvers.role);
}

function verdictBy({ when }: Rule, { actor, triggeredBy, changes }: Attempted): Verdict {
  if (when.actor !== undefined && when.actor !== actor) return 'made';
  if (when.triggeredBy !== undefined && when.triggeredBy !== triggeredBy) return 'made';
  const named = changes.filter(({ panelId }) => when.panels?.some((one) => isLike(panelId, one)) ?? true);
  const { pointers } = when;
  if (!pointers) return named.length > 0 ? 'held' : 'made';
  if (
    named.some((change) =>
      changedPlaces(change).some((place) => pointers.some((glob) => isNamed(place, glob))),
    )
  )
    return 'held';
  const near = (change: PanelChange) =>
    touchedPlaces(change).some((place) => pointers.some((glob) => isNear(tokensOf(place), tokensOf(glob))));
  return named.some(near) ? 'either' : 'made';
}

/** The places whose value is not the same before and after. */
function changedPlaces({ before, after }: PanelChange): string[] {
  const [old, fresh] = [placesIn(before), placesIn(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].filter((place) => {
    const [left, right] = [old.get(place), fresh.get(place)];
    return left === undefined || right === undefined || canonicalJson(left) !== canonicalJson(right);
  });
}

/** The places that a write may be said to write: those that its operations name, or where its states begin to differ. */
function touchedPlaces(change: PanelChange): readonly string[] {
  const { before, after, named = [] } = change;
  const [old, fresh] = [placesIn(before), placesIn(after)];
  const isWithin = (value: JsonValue | undefined) => isJsonObject(value) && Object.keys(value).length > 0;
  const begins = changedPlaces(change).filter((place) => {
    const [left, right] = [old.get(place), fresh.get(place)];
    if (after === undefined) return place === '';
    return before === undefined ? !isWithin(right) : !(isWithin(left) && isWithin(right));
  });
  // A state that differs much is replaced as a whole.
  const whole = named.length === 0 && begins.length > 8 ? [''] : [];
  return [...named, ...begins, ...whole];
}

function placesIn(state: JsonObject | undefined): Map<string, JsonValue> {
  const places = new Map<string, JsonValue>();
  const visit = (place: string, value: JsonValue): void => {
    places.set(place, value);
    if (typeof value === 'object' && value !== null)
      for (const [token, member] of Object.entries(value))
        visit(appendToken(place, token), member as JsonValue);
  };
  if (state) visit('', state);
  return places;
}

function tokensOf(pointer: string): readonly string[] {
  return parsePointer(pointer) ?? [];
}

function isLike(panelId: string, pattern: string): boolean {
  return new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`).test(panelId);
}

function isNamed(place: string, glob: string): boolean {
  const parts = glob.split('/').slice(1);
  const pattern = parts.map((part) => {
    if (part === '**') return '(?:/[^/]*)*';
    return part === '*' ? '/[^/]*' : `/${literal(part)}`;
  });
  return new RegExp(`^${pattern.join('')}$`).test(place);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Whether one leads to the other, as far as both go; elements of an array count as one, as they move. */
function isNear(tokens: readonly string[], glob: readonly string[]): boolean {
  for (const [index, wanted] of glob.entries()) {
    const token = tokens[index];
    if (token === undefined || wanted === '**') return true;
    const areElements = /^(\d+|-)$/.test(token) && /^\d+$/.test(wanted);
    if (wanted !== '*' && wanted !== token && !areElements) return false;
  }
  return true;
}
