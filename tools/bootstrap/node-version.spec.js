// @ts-check
const { nodeVersionTrouble } = require('./node-version');

describe('the version of Node.js', () => {
  it.each(['20.19.0', '20.19.1', '20.20.0', '22.0.0'])('%s will do', (version) => {
    expect(nodeVersionTrouble(version)).toBeUndefined();
  });

  it.each(['20.18.9', '18.20.8', '19.30.0', '4.0.0'])('%s is refused in one sentence', (version) => {
    expect(nodeVersionTrouble(version)).toBe(`Node.js 20.19.0 or newer is needed; this is ${version}.`);
  });
});
