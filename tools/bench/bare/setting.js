// @ts-check

/** Where updates are published. */
const CHANNEL = 'bare-updates';

/** @param {string} name */
function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set.`);
  return value;
}

module.exports = { CHANNEL, setting };
