// @ts-check
const { VisiblePanels } = require('@nexus-state/state-core');
const { randomEdit } = require('./edits');
const { codeOf } = require('./stage');

/**
 * @typedef {import('./stage').Seen} Seen
 * @typedef {import('./edits').Edit} Edit
 * @typedef {import('@nexus-state/state-core').TurnPolicy} TurnPolicy
 */

/** Reads all, thinks, and writes back, in turns; some of them it takes back. */
class TurnAgent {
  /** @type {Map<string, Seen>} */
  #seen = new Map();
  /** @type {string[]} */
  #left = [];
  #thinks = 0;
  /** @type {string | undefined} */
  #turnId;

  /**
   * @param {string} name
   * @param {InstanceType<typeof import('./stage').Stage>} stage
   * @param {import('./random').Random} random
   * @param {TurnPolicy} policy
   */
  constructor(name, stage, random, policy) {
    this.name = name;
    this.stage = stage;
    this.random = random;
    this.policy = policy;
  }

  async step() {
    if (this.#turnId === undefined) await this.#begin();
    else if (this.#thinks > 0) this.#thinks--;
    else if (this.#left.length > 0)
      await this.#write(this.#turnId, /** @type {string} */ (this.#left.shift()));
    else await this.#end(this.#turnId);
  }

  get #asker() {
    return { workspace: this.stage.world.workspace, actor: this.name, visible: VisiblePanels.all };
  }

  async #begin() {
    const { turns } = this.stage.world.core;
    this.#turnId = (await turns.begin(this.#asker, { agent: this.name, policy: this.policy })).turnId;
    for (const panelId of this.stage.panelIds) await this.#look(panelId);
    this.#left = [...this.#seen.keys()];
    this.#thinks = this.random.below(4);
    this.stage.counts.turns++;
  }

  /** @param {string} turnId @param {string} panelId */
  async #write(turnId, panelId) {
    const seen = /** @type {Seen} */ (this.#seen.get(panelId));
    const size = 1 + this.random.below(3);
    const edit = randomEdit(seen.state, this.random, this.stage.newToken, { size, counts: true });
    const answer = await this.#tryTo(turnId, panelId, seen, edit);
    if (answer === 'refused') {
      this.stage.counts.refused++;
      await this.#look(panelId);
      // It reads again, thinks, and decides anew.
      if (this.#seen.has(panelId) && this.random.chance(0.7)) this.#left.push(panelId);
      return;
    }
    const { version, said } = answer;
    if (version !== undefined) this.stage.note(panelId, version, this.#author(turnId, seen, edit));
    this.stage.claims.push({ panelId, version, seen: seen.version, edit, said });
  }

  /**
   * @param {string} turnId
   * @param {string} panelId
   * @param {Seen} seen
   * @param {Edit} edit
   * @returns {Promise<'refused' | { version: number | undefined, said: string }>}
   */
  async #tryTo(turnId, panelId, seen, edit) {
    try {
      return await this.#change(turnId, panelId, seen, edit);
    } catch (error) {
      if (['merge_conflict', 'version_conflict', 'not_found'].includes(codeOf(error) ?? '')) return 'refused';
      throw error;
    }
  }

  /** @param {string} turnId @param {string} panelId @param {Seen} seen @param {Edit} edit */
  async #change(turnId, panelId, { version }, edit) {
    const { world } = this.stage;
    const origin = { actor: this.name, triggeredBy: 'ai', triggerSource: null, about: { turnId } };
    const way = this.random.below(10);
    if (way === 0) {
      const operations = /** @type {const} */ ([{ op: 'patch', panelId, version, patches: edit.patch }]);
      const { panels } = await world.core.transact({ workspace: world.workspace, operations, origin });
      return { version: panels[0]?.version, said: '' };
    }
    if (way === 1) Object.assign(edit, { tokens: [], gone: [], added: undefined });
    if (way < 6 && edit.added !== undefined) edit.added = undefined;
    /** @type {import('@nexus-state/state-core').Edit} */
    const whole = way === 1 ? { kind: 'delete' } : { kind: 'replace', state: edit.state };
    const { change, facts, kept } = await world.edit(
      way < 6 ? whole : { kind: 'patch', patch: edit.patch },
      { kind: 'version', version },
      { key: world.key(panelId), onConflict: this.random.pick(['merge', 'overwrite']), origin },
    );
    return { version: kept ? undefined : change.version, said: await this.#saidIn(facts) };
  }

  /**
   * What an answer names as dropped, or proposed.
   * @param {import('@nexus-state/documents').JsonObject} facts
   */
  async #saidIn({ dropped, proposalId }) {
    if (dropped) this.stage.counts.dropped++;
    if (typeof proposalId !== 'string') return dropped ? JSON.stringify(dropped) : '';
    this.stage.counts.proposed++;
    const { proposal } = await this.stage.world.core.proposals.read(this.#asker, proposalId);
    return JSON.stringify(proposal.changes);
  }

  /** @param {string} turnId */
  async #end(turnId) {
    const { turns } = this.stage.world.core;
    this.#turnId = undefined;
    this.#seen.clear();
    const lot = this.random.below(10);
    if (lot < 3) this.#noteTakenBack(turnId, await turns.abort(this.#asker, turnId));
    else await turns.commit(this.#asker, turnId);
    if (lot === 3) {
      const asker = { ...this.#asker, actor: 'ann' };
      this.#noteTakenBack(turnId, await turns.undo({ ...asker, turnId, preview: false }));
    }
  }

  /** @param {string} turnId @param {import('@nexus-state/state-core').Undone} undone */
  #noteTakenBack(turnId, { undone }) {
    this.stage.counts.aborted++;
    /** @param {import('./losses').Author} author */
    const takesBack = (author) => author.turnId === turnId;
    for (const { panelId, version } of undone)
      this.stage.note(panelId, version, { name: this.name, isPerson: false, seen: 0, takesBack });
  }

  /** @param {string} turnId @param {Seen} seen @param {Edit} edit */
  #author(turnId, { version }, { added }) {
    return {
      name: this.name,
      isPerson: false,
      seen: version,
      turnId,
      ...(added === undefined ? {} : { added }),
    };
  }

  /** @param {string} panelId */
  async #look(panelId) {
    const seen = await this.stage.look(panelId);
    if (seen) this.#seen.set(panelId, seen);
    else this.#seen.delete(panelId);
  }
}

module.exports = { TurnAgent };
