import type { WorkspaceKey } from '../../panels/model';

const protocols = ['https:', 'http:', 'ssh:', 'file:'];

/** `user@host:path`, which git reads as SSH (git-push(1), GIT URLS). */
const scpLike = /^(?:[^@/:\s-][^@/:\s]*@)?[^@/:\s-][^@/:\s]*:(?!\/\/|:)\S+$/;

const wrongForm =
  'must be an address such as https://git.example/{owner}/{workspace}.git, with https, http, ssh or file';

/**
 * What is wrong with a template for the addresses of remotes.
 * @param template an address of git (https, http, ssh, file, or `user@host:path`) with `{owner}` and `{workspace}` in
 * its path
 * @returns undefined when nothing is; else what it must be, without quoting the template: it may hold a password
 */
export function remoteTemplateProblem(template: string): string | undefined {
  for (const placeholder of ['{owner}', '{workspace}']) {
    if (!template.includes(placeholder)) return `must hold ${placeholder}`;
  }
  // Else "a-b" and "c" would meet "a" and "b-c".
  if (!/\}.*\/.*\{/.test(template)) return 'must have a slash between {owner} and {workspace}';
  const filled = template.replaceAll('{owner}', 'owner-1').replaceAll('{workspace}', 'workspace-1');
  if (/[\s{}]/.test(filled)) return 'must hold no spaces and no placeholders but {owner} and {workspace}';
  if (filled.includes('://')) return urlProblem(filled);
  return scpLike.test(filled) ? undefined : wrongForm;
}

/**
 * The address of a workspace's remote.
 *
 * Owner and workspace id are percent-encoded (RFC 3986 section 2.1). What would be more than one step of a path once
 * it is decoded, as git and servers do, is encoded twice: slashes, backslashes, control characters, a leading dot,
 * and the percent sign itself so that two owners never share a remote.
 */
export function remoteUrl(template: string, { owner, workspaceId }: WorkspaceKey): string {
  return template
    .split(/(\{owner\}|\{workspace\})/)
    .map((part) => (part === '{owner}' ? encode(owner) : part === '{workspace}' ? encode(workspaceId) : part))
    .join('');
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/%(?=25|2F|5C|[01]|7F)/g, '%25')
    .replace(/^\./, '%252E');
}

function urlProblem(filled: string): string | undefined {
  const url = URL.canParse(filled) ? new URL(filled) : undefined;
  if (!url || !protocols.includes(url.protocol)) return wrongForm;
  const inPath = url.pathname.includes('owner-1') && url.pathname.includes('workspace-1');
  if (!inPath || url.search || url.hash) return 'must hold {owner} and {workspace} in its path';
  const isClean = [url.username, url.password].every(isCleanText);
  return isClean ? undefined : 'must hold user and password percent-encoded, without control characters';
}

function isCleanText(encoded: string): boolean {
  try {
    return !/[\u0000-\u001f\u007f]/.test(decodeURIComponent(encoded));
  } catch {
    return false;
  }
}
