// @ts-check
const { applyPatch } = require('@nexus-state/documents');
const { CoreWorld } = require('@nexus-state/state-core/testing/core-world');
const { firstState } = require('./edits');
const { findLosses } = require('./losses');

/**
 * @typedef {import('@nexus-state/documents').JsonObject} JsonObject
 * @typedef {import('./losses').Author} Author
 * @typedef {import('./losses').Version} Version
 */

/**
 * A panel as somebody saw it.
 * @typedef {object} Seen
 * @property {number} version
 * @property {JsonObject} state
 */

/**
 * What a change of an agent said that it does, and what it was answered.
 * @typedef {object} Claim
 * @property {string} panelId
 * @property {number | undefined} version undefined where it made none
 * @property {number} seen the version that it was made for
 * @property {import('./edits').Edit} edit
 * @property {string} said what the answer named as dropped or proposed, as text
 */

/** One workspace in memory, and a protocol of who changed what of it having seen what. */
class Stage {
  world = new CoreWorld();
  /** @type {Map<string, Map<number, Author>>} */
  #authors = new Map();
  /** @type {Claim[]} */
  claims = [];
  #tokens = 0;
  counts = { refused: 0, dropped: 0, proposed: 0, approved: 0, turns: 0, aborted: 0 };

  /** @param {number} panels */
  constructor(panels) {
    this.panelIds = Array.from({ length: panels }, (_, index) => `panel-${index}`);
  }

  /** Makes the panels. */
  async open() {
    for (const panelId of this.panelIds) {
      await this.world.create(firstState(panelId), { key: this.world.key(panelId) });
      this.note(panelId, 1, { name: 'owner', isPerson: false, seen: 0 });
    }
  }

  /** A value that no other edit of this history has. */
  newToken = () => `<${++this.#tokens}>`;

  /**
   * @param {string} panelId
   * @returns {Promise<Seen | undefined>} undefined where it is deleted
   */
  async look(panelId) {
    try {
      return await this.world.read(panelId);
    } catch (error) {
      if (codeOf(error) === 'not_found') return undefined;
      throw error;
    }
  }

  /**
   * Keeps who made a version.
   * @param {string} panelId
   * @param {number} version
   * @param {Author} author
   */
  note(panelId, version, author) {
    const authors = this.#authors.get(panelId) ?? new Map();
    if (authors.has(version)) throw new Error(`Two changes made version ${version} of ${panelId}.`);
    this.#authors.set(panelId, authors.set(version, author));
  }

  /**
   * Looks at the whole history for what was lost.
   * @returns {Promise<{ edits: number, lost: number, unsaid: string[] }>} the edits of people, how many of them were lost, and what
   *   agents lost without being told
   */
  async judge() {
    let [edits, lost] = [0, 0];
    /** @type {string[]} */
    const unsaid = [];
    for (const panelId of this.panelIds) {
      const versions = await this.#versions(panelId);
      const losses = findLosses(versions);
      edits += versions.filter(({ author }) => author.isPerson).length;
      lost += new Set(
        losses.map(({ version }) => version).filter((version) => versions[version - 1]?.author.isPerson),
      ).size;
      unsaid.push(
        ...losses
          .filter(({ version }) => !versions[version - 1]?.author.isPerson)
          .map(
            ({ version, by, place }) => `${panelId}: version ${by} wrote over ${place} of version ${version}`,
          ),
        ...this.claims
          .filter((claim) => claim.panelId === panelId)
          .flatMap((claim) => broken(claim, versions)),
      );
    }
    return { edits, lost, unsaid };
  }

  /** @param {string} panelId @returns {Promise<Version[]>} */
  async #versions(panelId) {
    const changes = await this.world.store.changesSince(this.world.key(panelId), 0, 10_000);
    /** @type {JsonObject | null} */
    let state = null;
    return changes.map(({ version, changeType, patch }) => {
      const author = this.#authors.get(panelId)?.get(version);
      if (!author) throw new Error(`Nobody made version ${version} of ${panelId}.`);
      state = changeType === 'deleted' ? null : /** @type {JsonObject} */ (applyPatch(state, patch).value);
      return { version, state, author };
    });
  }
}

/**
 * What a change said that it does, and neither did, nor named in its answer. What it removes may be put back by others before.
 * @param {Claim} claim
 * @param {readonly Version[]} versions
 */
function broken({ panelId, version, seen, edit, said }, versions) {
  const [state, before] =
    version === undefined ? [] : [versions[version - 1]?.state, versions[version - 2]?.state];
  const text = JSON.stringify(state ?? null);
  const missing = edit.tokens.filter((token) => !text.includes(token) && !said.includes(token));
  const isLeft = version !== undefined && said === '';
  const unseen = isLeft ? versions.slice(seen, version - 1).map((one) => JSON.stringify(one.state)) : [];
  const still = (isLeft ? edit.gone : []).filter(
    (token) => text.includes(token) && unseen.every((one) => one.includes(token)),
  );
  const count = Number(state?.['count']) - Number(before?.['count']);
  const uncounted = edit.added !== undefined && said === '' && count !== edit.added;
  if (missing.length + still.length === 0 && !uncounted) return [];
  const what = [...missing, ...still, ...(uncounted ? [`count + ${edit.added}`] : [])].join(', ');
  return [`${panelId}: version ${version ?? 'none'} does not do what was answered: ${what}`];
}

/** @param {unknown} error @returns {string | undefined} */
function codeOf(error) {
  return /** @type {{ code?: string }} */ (error).code;
}

module.exports = { Stage, codeOf };
