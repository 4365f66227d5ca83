// @ts-check
const { Approver } = require('./approver');
const { NaiveAgent } = require('./naive-agent');
const { Person } = require('./person');
const { seeded } = require('./random');
const { Stage } = require('./stage');
const { TurnAgent } = require('./turn-agent');

/** How agents work: without turns, or in turns of a policy. */
const ways = /** @type {const} */ (['naive', 'merge', 'human-wins', 'propose']);

/**
 * @typedef {(typeof ways)[number]} Way
 * @typedef {Awaited<ReturnType<InstanceType<typeof Stage>['judge']>> & Pick<InstanceType<typeof Stage>, 'counts'>} Outcome
 */

/**
 * Plays one history of people and agents on one workspace, and looks at what was lost.
 * @param {number} seed
 * @param {Way} way
 * @returns {Promise<Outcome>}
 */
async function play(seed, way) {
  const random = seeded(seed);
  const stage = new Stage(1 + random.below(3));
  await stage.open();
  const people = ['ann', 'bob', 'cleo']
    .slice(0, 1 + random.below(3))
    .map((name) => new Person(name, stage, seeded(seed, name)));
  const agents = ['bot-1', 'bot-2'].slice(0, 1 + random.below(2)).map((name) => {
    const own = seeded(seed, name);
    return way === 'naive' ? new NaiveAgent(name, stage, own) : new TurnAgent(name, stage, own, way);
  });
  const approver = new Approver('zoe', stage, seeded(seed, 'zoe'));
  const rounds = 8 + random.below(12);
  for (let round = 0; round < rounds; round++) {
    // All of them at once, or one after another.
    const acting = [...people, ...agents].filter(() => random.chance(0.6));
    if (random.chance(0.3)) await Promise.all(acting.map((actor) => actor.step()));
    else for (const actor of acting) await actor.step();
    if (random.chance(0.3)) await approver.step();
  }
  await stage.world.core.close();
  return { ...(await stage.judge()), counts: stage.counts };
}

module.exports = { play, ways };
