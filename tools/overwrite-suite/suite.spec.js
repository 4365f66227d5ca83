// @ts-check
const { play, ways } = require('./play');
const { addOutcome, nothing, tableOf } = require('./total');

const HISTORIES = 50;

/** @param {import('./play').Way} way */
async function totalOf(way) {
  const total = nothing();
  for (let seed = 1; seed <= HISTORIES; seed++) addOutcome(total, seed, await play(seed, way));
  return total;
}

describe('agents and people on one workspace', () => {
  it('lose edits of people where agents read, think and write back', async () => {
    const { edits, lost, losing } = await totalOf('naive');
    expect(lost).toBeGreaterThan(edits / 4);
    expect(losing).toBeGreaterThan(HISTORIES / 2);
  });

  it.each(ways.slice(1))('lose none where agents work in turns of the policy %s', async (way) => {
    const { edits, lost, failures, counts } = await totalOf(way);
    expect([lost, failures]).toEqual([0, []]);
    // They do meet.
    expect(edits).toBeGreaterThan(HISTORIES);
    const met = { merge: counts.refused, 'human-wins': counts.dropped, propose: counts.approved };
    expect([met[/** @type {keyof typeof met} */ (way)], counts.aborted].every((count) => count > 0)).toBe(
      true,
    );
  });

  it('are the same for the same seed', async () => {
    expect(await play(7, 'propose')).toEqual(await play(7, 'propose'));
  });
});

it('is shown as a table', () => {
  const total = { ...nothing(), histories: 10_000, edits: 123_456, lost: 12_345, losing: 9_000 };
  expect(
    tableOf([{ way: 'naive', total }])
      .split('\n')
      .at(-1),
  ).toMatch(/^\| without turns \| +10,000 \| +123,456 \| +12,345 \(10\.0 %\) \| +9,000 \(90\.0 %\) \|/);
});
