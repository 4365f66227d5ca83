// @ts-check
const { randomEdit } = require('./edits');

/** Reads all, thinks, and writes all back: what agents do that know no turns. */
class NaiveAgent {
  /** @type {Map<string, import('./stage').Seen>} */
  #seen = new Map();
  #thinks = 0;

  /**
   * @param {string} name
   * @param {InstanceType<typeof import('./stage').Stage>} stage
   * @param {import('./random').Random} random
   */
  constructor(name, stage, random) {
    this.name = name;
    this.stage = stage;
    this.random = random;
  }

  async step() {
    if (this.#seen.size === 0) await this.#readAll();
    else if (this.#thinks > 0) this.#thinks--;
    else await this.#writeAllBack();
  }

  async #readAll() {
    for (const panelId of this.stage.panelIds) {
      const seen = await this.stage.look(panelId);
      if (seen) this.#seen.set(panelId, seen);
    }
    this.#thinks = this.random.below(4);
  }

  async #writeAllBack() {
    const { world } = this.stage;
    for (const [panelId, { version, state }] of this.#seen) {
      const size = 1 + this.random.below(3);
      const edit = randomEdit(state, this.random, this.stage.newToken, { size, counts: false });
      const { change } = await world.edit(
        { kind: 'replace', state: edit.state },
        { kind: 'any' },
        {
          key: world.key(panelId),
          onConflict: 'overwrite',
          origin: { actor: this.name, triggeredBy: 'user', triggerSource: null },
        },
      );
      this.stage.note(panelId, change.version, { name: this.name, isPerson: false, seen: version });
    }
    this.#seen.clear();
  }
}

module.exports = { NaiveAgent };
