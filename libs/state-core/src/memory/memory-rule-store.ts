import type { WorkspaceKey } from '../panels/model';
import type { ApprovalRule } from '../proposals/model';
import type { RuleStore } from '../proposals/ports';

/** Approval rules in memory: for tests. */
export class MemoryRuleStore implements RuleStore {
  readonly #rules = new Map<string, readonly ApprovalRule[]>();

  async read({ owner, workspaceId }: WorkspaceKey): Promise<readonly ApprovalRule[]> {
    return this.#rules.get(`${workspaceId}/${owner}`) ?? [];
  }

  async write({ owner, workspaceId }: WorkspaceKey, rules: readonly ApprovalRule[]): Promise<void> {
    this.#rules.set(`${workspaceId}/${owner}`, rules);
  }
}
