import type { WorkspaceKey } from '../../panels/model';
import type { ApprovalRule } from '../model';

/** The approval rules of workspaces. Methods throw `Unavailable` when the store cannot be reached. */
export interface RuleStore {
  /** The rules of a workspace; none where none were set. */
  read(workspace: WorkspaceKey): Promise<readonly ApprovalRule[]>;

  /** Sets the rules of a workspace in place of those before. */
  write(workspace: WorkspaceKey, rules: readonly ApprovalRule[]): Promise<void>;
}
