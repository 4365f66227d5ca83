// @ts-check
const { randomEdit } = require('./edits');
const { codeOf } = require('./stage');

/** Somebody who edits what they see, one thing at a time; sometimes they have not seen the newest. */
class Person {
  /** @type {Map<string, import('./stage').Seen>} */
  #seen = new Map();

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
    const panelId = this.random.pick(this.stage.panelIds);
    if (!this.#seen.has(panelId) || this.random.chance(0.4)) await this.#look(panelId);
    const seen = this.#seen.get(panelId);
    if (seen) await this.#edit(panelId, seen);
  }

  /** @param {string} panelId @param {import('./stage').Seen} seen */
  async #edit(panelId, { version, state }) {
    const { world } = this.stage;
    const { patch, added } = randomEdit(state, this.random, this.stage.newToken, { size: 1, counts: true });
    try {
      const { change } = await world.edit(
        { kind: 'patch', patch },
        { kind: 'version', version },
        {
          key: world.key(panelId),
          onConflict: 'merge',
          origin: { actor: this.name, triggeredBy: 'user', triggerSource: null },
        },
      );
      const author = {
        name: this.name,
        isPerson: true,
        seen: version,
        ...(added === undefined ? {} : { added }),
      };
      this.stage.note(panelId, change.version, author);
    } catch (error) {
      // They are told, look again, and decide anew.
      if (!['merge_conflict', 'version_conflict', 'not_found'].includes(codeOf(error) ?? '')) throw error;
    }
    await this.#look(panelId);
  }

  /** @param {string} panelId */
  async #look(panelId) {
    const seen = await this.stage.look(panelId);
    if (seen) this.#seen.set(panelId, seen);
    else this.#seen.delete(panelId);
  }
}

module.exports = { Person };
