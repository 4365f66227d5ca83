// @ts-check
const { VisiblePanels } = require('@nexus-state/state-core');
const { codeOf } = require('./stage');

/** Somebody who decides on what agents propose: with what they see, or leaving what collides open. */
class Approver {
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
    const { core, workspace } = this.stage.world;
    /** @type {import('@nexus-state/state-core').ProposalAsker} */
    const asker = { workspace, actor: this.name, role: 'editor', visible: VisiblePanels.all };
    const { proposals } = await core.proposals.list(asker, { state: 'open', limit: 20 });
    if (proposals.length === 0) return;
    const { proposalId, changes } = this.random.pick(proposals);
    const lot = this.random.below(4);
    if (lot === 0) {
      await core.proposals.reject(asker, proposalId, 'Not now.');
      return;
    }
    const decides = lot === 1;
    const versions = new Map(changes.map(({ panelId, version }) => [panelId, version]));
    try {
      const resolutions = [];
      if (decides)
        for (const { panelId, version, conflicts } of (await core.proposals.read(asker, proposalId)).panels) {
          versions.set(panelId, version);
          for (const { path, theirs } of conflicts)
            resolutions.push({ panelId, path, ...(theirs === undefined ? {} : { value: theirs }) });
        }
      const { panels } = await core.proposals.approve(asker, proposalId, { resolutions });
      this.stage.counts.approved++;
      for (const { panelId, version } of panels)
        this.stage.note(panelId, version, {
          name: this.name,
          isPerson: false,
          seen: versions.get(panelId) ?? 0,
        });
    } catch (error) {
      // It stays open.
      if (!['merge_conflict', 'validation_failed', 'not_found'].includes(codeOf(error) ?? '')) throw error;
    }
  }
}

module.exports = { Approver };
