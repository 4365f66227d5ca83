import { type CommitDetails, type Identity, snapshotCommitter } from '@nexus-state/state-core';

/** The lines `author` and `committer` of a commit, alike in a commit object and for `git fast-import`. */
export function commitHeader({ author, at }: Pick<CommitDetails, 'author' | 'at'>): string {
  const when = `${Math.floor(Date.parse(at) / 1000)} +0000`;
  return `author ${identity(author)} ${when}\ncommitter ${identity(snapshotCommitter)} ${when}\n`;
}

function identity({ name, email }: Identity): string {
  return `${name} <${email}>`;
}
