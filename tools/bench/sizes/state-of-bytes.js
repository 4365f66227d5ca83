// @ts-check

const words =
  'garden lamp colour status device owner value updated label layout grid column filter note'.split(' ');

/**
 * Makes states of about so many bytes, as JSON: rows as a table of devices has them. They compress to a quarter or a third, as such data
 * does. The same for the same arguments.
 * @param {number} bytes
 * @param {number} seed
 * @returns {(count: number) => string} the state after so many changes, each of one row
 */
function statesOf(bytes, seed) {
  const random = randomOf(seed);
  /** @param {number} below */
  const pick = (below) => Math.floor(random() * below);
  const row = () => ({
    id: pick(1e9).toString(36),
    label: `${words[pick(words.length)]} ${words[pick(words.length)]}`,
    value: pick(1e6) / 100,
    on: random() < 0.5,
    at: new Date(1.7e12 + pick(1e10)).toISOString(),
  });
  /** @type {string[]} */
  const rows = [];
  for (let length = 0; length < bytes - 100;) {
    const text = JSON.stringify(row());
    rows.push(text);
    length += text.length + 1;
  }
  return (count) => {
    rows[count % rows.length] = JSON.stringify({ ...row(), count });
    return `{"rows":[${rows.join(',')}]}`;
  };
}

/**
 * Numbers from 0 up to 1, the same for the same seed (a linear congruential generator).
 * @param {number} seed
 */
function randomOf(seed) {
  let state = seed + 1;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

module.exports = { statesOf };
