// @ts-check
/**
 * @typedef {import('./child').Child} Child
 * @typedef {import('./child').Exit} Exit
 */

module.exports = {
  ...require('./child'),
  ...require('./death-signal'),
  ...require('./failure'),
  ...require('./identity'),
  ...require('./lock'),
  ...require('./ports'),
  ...require('./run'),
  ...require('./scratch'),
  ...require('./service-command'),
};
