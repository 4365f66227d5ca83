#!/usr/bin/env node
const [, , asked, ...rest] = process.argv;
if (rest.length === 0 && (asked === '--version' || asked === '-V')) {
  // Asked for often, and by scripts: the program is not even read.
  process.stdout.write(`${require('../package.json').version}\n`);
} else {
  // Node.js has it from version 22.1: what was compiled once is not compiled again.
  require('node:module').enableCompileCache?.();
  require('../dist/nexus.js');
}
