// @ts-check
const crypto = require('node:crypto');
const path = require('node:path');
const { inProcess, manifestPath, panelPath, prettyJson, takeSnapshot } = require('@nexus-state/state-core');
const { MemorySnapshotStore, MemoryWorkspaceLock } = require('@nexus-state/state-core/memory');
const { BareGit } = require('./bare-git');
const { BenchWorkspace } = require('./workspace');

/**
 * @typedef {import('@nexus-state/git').GitSnapshotRepository} Repository
 * @typedef {import('./workspace').Workspace} Workspace
 *
 * @typedef {object} Side
 * @property {() => Promise<void>} prepare once, before the first round
 * @property {number[]} [pids] the processes that work, where it is not this one
 * @property {() => Promise<() => Promise<unknown>>} next what has to be there before an operation; answers the operation
 */

const run = { signal: new AbortController().signal, report: () => {} };

/**
 * What each scenario does on both sides.
 * @type {Record<string, { panels: number, changed: number | 'all' | 'none' }>}
 */
const shapes = {
  'snapshot-new': { panels: 100, changed: 'all' },
  'snapshot-changed': { panels: 100, changed: 3 },
  'snapshot-large': { panels: 5_000, changed: 10 },
  'snapshot-read': { panels: 100, changed: 'none' },
};

/**
 * @param {string} name
 * @param {Repository} repository
 * @returns {Side} takes snapshots, or reads one, as the worker does, but for the database
 */
function oursOf(name, repository) {
  const { panels, changed } = shapeOf(name);
  let workspace = new BenchWorkspace(crypto.randomUUID(), panels);
  const take = async () => {
    const taken = await takeSnapshot(
      { request: requestOf(workspace), ...run },
      portsOf(workspace, repository),
    );
    if (taken.outcome !== 'taken') throw new Error(`The snapshot was ${taken.outcome}.`);
  };
  return {
    prepare: async () => void (changed === 'all' ? undefined : await take()),
    next: async () => {
      if (changed === 'none') return () => readAll(repository, workspace);
      if (changed === 'all') workspace = new BenchWorkspace(crypto.randomUUID(), panels);
      else workspace.change(changed);
      return take;
    },
  };
}

/**
 * @param {string} name
 * @param {string} folder
 * @returns {Side} does the same with plain git
 */
function bareOf(name, folder) {
  const { panels, changed } = shapeOf(name);
  const workspace = new BenchWorkspace('bare', panels);
  /** @type {Map<string, string>} */
  let known = new Map();
  /** Path and text of what changed since the last time, and of a manifest. @returns {Promise<[string, string][]>} */
  const changes = async () => {
    /** @type {[string, string][]} */
    const files = [];
    /** @type {Map<string, string>} */
    const now = new Map();
    await workspace.readPanels(workspace.key, known, async (panel) => {
      const { panelId, checksum, state } = /** @type {any} */ (panel);
      now.set(panelId, checksum);
      if (state) files.push([panelPath(panelId), prettyJson(state)]);
    });
    known = now;
    return [...files, [manifestPath, prettyJson(Object.fromEntries(now))]];
  };
  let git = new BareGit(path.join(folder, crypto.randomUUID()));
  return {
    prepare: async () => {
      await git.init();
      await git.commit(await changes(), true);
    },
    next: async () => {
      if (changed === 'none') return () => git.read();
      if (changed === 'all') {
        git = new BareGit(path.join(folder, crypto.randomUUID()));
        known = new Map();
        const files = await changes();
        return async () => {
          await git.init();
          await git.commit(files, true);
        };
      }
      workspace.change(changed);
      const files = await changes();
      return () => git.commit(files, false);
    },
  };
}

/** @param {string} name */
function shapeOf(name) {
  return /** @type {{ panels: number, changed: number | 'all' | 'none' }} */ (shapes[name]);
}

/** @param {Workspace} workspace */
function requestOf(workspace) {
  const snapshotId = crypto.randomUUID();
  const { key } = workspace;
  const asked = { type: 'manual', description: null, requestedBy: 'bench', automatic: false, push: false };
  return { workspace: key, snapshotId, ...asked };
}

/**
 * @param {Workspace} workspace
 * @param {Repository} repository
 * @returns {import('@nexus-state/state-core').TakeSnapshotPorts}
 */
function portsOf(workspace, repository) {
  return {
    lock: new MemoryWorkspaceLock(),
    reader: /** @type {any} */ (workspace),
    repository,
    snapshots: new MemorySnapshotStore(),
    coverage: /** @type {any} */ (workspace),
    bus: { announce: async () => {} },
    large: inProcess,
    observer: {
      hintFailed: (_hint, error) => {
        throw error;
      },
    },
  };
}

/**
 * @param {Repository} repository
 * @param {Workspace} workspace
 */
async function readAll(repository, workspace) {
  const tip = await repository.readTip(workspace.key);
  const texts = await repository.readFiles(workspace.key, tip?.commitHash ?? '', workspace.paths);
  for (const text of texts) JSON.parse(/** @type {string} */ (text));
}

module.exports = { oursOf, bareOf, snapshotScenarios: Object.keys(shapes) };
