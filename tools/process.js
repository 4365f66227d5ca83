// @ts-check
// By its path: the tools need it before anything is installed.
module.exports = require('../libs/processes/src');
