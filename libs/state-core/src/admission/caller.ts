import type { PathPatterns } from '../workspaces/access';

/** What a token may allow. */
export type Scope = 'state:read' | 'state:write' | 'state:approve' | 'state:admin';

/** Who is calling, as a verified token says. */
export interface Caller {
  /** The user, and the owner of their workspaces. */
  readonly subject: string;
  readonly scopes: ReadonlySet<string>;
  /** What of the workspaces the token reaches. */
  readonly paths: PathPatterns;
}
