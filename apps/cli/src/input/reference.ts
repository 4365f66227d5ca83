import { UsageError } from '../cli/failures';

/** A panel that a command names: `workspace/panel#/pointer`. */
export interface PanelReference {
  readonly workspace: string;
  readonly panel: string;
  /** A JSON Pointer into the state. */
  readonly pointer?: string;
}

/**
 * Reads the name of a panel. `panel` alone is in the workspace in use.
 * @throws UsageError
 */
export function panelReference(text: string, inUse: string | undefined): PanelReference {
  const hash = text.indexOf('#');
  const name = hash < 0 ? text : text.slice(0, hash);
  const pointer = hash < 0 ? undefined : pointerOf(text.slice(hash + 1));
  const slash = name.indexOf('/');
  const workspace = slash < 0 ? inUse : name.slice(0, slash);
  const panel = name.slice(slash + 1);
  if (slash < 0 && inUse === undefined) {
    throw new UsageError(
      `"${text}" names no workspace, and none is in use. Write WORKSPACE/PANEL.`,
      'nexus workspace use WORKSPACE',
    );
  }
  if (!workspace || panel === '' || panel.includes('/')) {
    throw new UsageError(`"${text}" is not the name of a panel. Write WORKSPACE/PANEL, such as garden/lamp.`);
  }
  return { workspace, panel, ...(pointer === undefined ? {} : { pointer }) };
}

/**
 * Reads the name of a panel where a pointer makes no sense.
 * @throws UsageError
 */
export function wholePanel(text: string, inUse: string | undefined): PanelReference {
  const reference = panelReference(text, inUse);
  if (reference.pointer === undefined) return reference;
  throw new UsageError(
    `"${text}" names a part of a panel; this command takes the whole panel.`,
    `nexus patch ${reference.workspace}/${reference.panel} '[{"op":"replace","path":"${reference.pointer}","value":…}]'`,
  );
}

/**
 * Reads the name of a workspace; without one, the workspace in use is meant.
 * @throws UsageError
 */
export function workspaceReference(text: string | undefined, inUse: string | undefined): string {
  const workspace = text ?? inUse;
  if (workspace === undefined) {
    throw new UsageError('Which workspace? Name one; none is in use.', 'nexus workspace list');
  }
  if (workspace === '' || /[/#]/.test(workspace)) {
    throw new UsageError(`"${workspace}" is not the name of a workspace.`, 'nexus workspace list');
  }
  return workspace;
}

/** RFC 6901: empty for the whole, else it begins with a slash. */
function pointerOf(text: string): string | undefined {
  if (text === '') return undefined;
  if (!text.startsWith('/')) {
    throw new UsageError(`"#${text}" is not a JSON Pointer. Write #/name, or #/list/0.`);
  }
  return text;
}
