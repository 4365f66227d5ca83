import type { Append, WorkspaceKey } from '../panels/model';
import { type ApprovalRule, checkRules, isRuled } from './model';
import type { RuleStore } from './ports';

/** Rules are remembered for so long, in milliseconds: longer than that, no process goes by older ones. */
export const rulesRememberedMs = 1_000;
const rememberedWorkspaces = 10_000;

interface Remembered {
  /** When the reading began. */
  readonly since: number;
  readonly rules: Promise<readonly ApprovalRule[]>;
}

/** The approval rules as writers go by them. */
export class Approval {
  readonly #remembered = new Map<string, Remembered>();

  /** @param rememberedMs how long rules are remembered; the same in every process */
  constructor(
    private readonly rules: RuleStore,
    private readonly rememberedMs: number = rulesRememberedMs,
  ) {}

  /** The rules of a workspace, at most one second old. @throws Unavailable */
  rulesOf({ owner, workspaceId }: WorkspaceKey): Promise<readonly ApprovalRule[]> {
    const text = `${workspaceId}/${owner}`;
    const found = this.#remembered.get(text);
    if (found && performance.now() - found.since < this.rememberedMs) return found.rules;
    const rules = this.rules.read({ owner, workspaceId });
    this.#remembered.delete(text);
    if (this.#remembered.size >= rememberedWorkspaces)
      this.#remembered.delete(this.#remembered.keys().next().value as string);
    this.#remembered.set(text, { since: performance.now(), rules });
    rules.catch(() => this.#remembered.delete(text));
    return rules;
  }

  /** The rules of a workspace as they are set. @throws Unavailable */
  read({ owner, workspaceId }: WorkspaceKey): Promise<readonly ApprovalRule[]> {
    return this.rules.read({ owner, workspaceId });
  }

  /**
   * Sets the rules of a workspace; returns once every process goes by them.
   * @throws ValidationFailed, Unavailable
   */
  async setRules(workspace: WorkspaceKey, rules: readonly ApprovalRule[]): Promise<void> {
    checkRules(rules);
    await this.rules.write(workspace, rules);
    this.#remembered.delete(`${workspace.workspaceId}/${workspace.owner}`);
    await new Promise((resolve) => setTimeout(resolve, this.rememberedMs));
  }

  /** The rule that holds a change of an append back, and which change that is; undefined where none does. */
  async ruleFor({
    key,
    changes,
  }: Append): Promise<{ readonly index: number; readonly rule: ApprovalRule } | undefined> {
    const rules = await this.rulesOf(key);
    if (rules.length === 0) return undefined;
    for (const [index, change] of changes.entries()) {
      if (change.about?.approvedBy !== undefined) continue;
      const rule = rules.find((one) => isRuled(one, change));
      if (rule) return { index, rule };
    }
    return undefined;
  }

  /** All rules that hold a change of an append back, or would, were it not approved. @throws Unavailable */
  async rulesOver({ key, changes }: Append): Promise<readonly ApprovalRule[]> {
    const rules = await this.rulesOf(key);
    return rules.filter((rule) => changes.some((change) => isRuled(rule, change)));
  }
}
