// @ts-check
const crypto = require('node:crypto');
const { panelPath } = require('@nexus-state/state-core');

/** A workspace of panels of about 2 KB, in memory: only git is to be measured. */
class BenchWorkspace {
  /** @type {Map<string, { version: number, checksum: string, state: object }>} */
  #panels = new Map();
  #next = 0;

  /**
   * @param {string} workspaceId
   * @param {number} count
   */
  constructor(workspaceId, count) {
    this.key = { owner: 'bench', workspaceId };
    for (let n = 0; n < count; n++) this.#write(`panel-${n}`, 1);
  }

  /**
   * Changes panels, others each time.
   * @param {number} count
   */
  change(count) {
    const ids = [...this.#panels.keys()];
    for (let n = 0; n < count; n++) {
      const id = /** @type {string} */ (ids[this.#next++ % ids.length]);
      this.#write(id, (this.#panels.get(id)?.version ?? 0) + 1);
    }
  }

  get paths() {
    return [...this.#panels.keys()].map((id) => panelPath(id));
  }

  async count() {
    return { changes: this.#next, panels: this.#panels.size, covered: 0, position: '' };
  }

  async cover() {}

  /**
   * As a reader of workspaces does it: states whose checksum is known are not handed out.
   * @param {unknown} _workspace
   * @param {ReadonlyMap<string, string>} known
   * @param {(panel: object) => Promise<void>} visit
   */
  async readPanels(_workspace, known, visit) {
    for (const [panelId, { version, checksum, state }] of this.#panels) {
      const isKnown = known.get(panelId) === checksum;
      await visit({ panelId, version, checksum, stateSizeBytes: 2048, state: isKnown ? undefined : state });
    }
    return new Date().toISOString();
  }

  /**
   * @param {string} id
   * @param {number} version
   */
  #write(id, version) {
    const lines = Array.from({ length: 30 }, () => crypto.randomBytes(24).toString('hex'));
    const state = { $state: { lines }, id, version };
    const checksum = crypto.createHash('sha256').update(JSON.stringify(state)).digest('hex');
    this.#panels.set(id, { version, checksum, state });
  }
}

/** @typedef {BenchWorkspace} Workspace */

module.exports = { BenchWorkspace };
