#!/usr/bin/env node
// @ts-check
// npm run generate -- use-case <subject> <name>
// npm run generate -- adapter <subject> <port> <driver>
// npm run generate -- route <subject> <name>
require('../bootstrap/node-version').requireRecentNode();

const { bootstrap } = require('../bootstrap');
const { main } = require('../terminal/main');
const { say } = require('../terminal/say');
const paths = require('../paths');

void main(async () => {
  await bootstrap();
  const { generate } = require('./generate');
  const { files, insertions, next } = await generate(process.argv.slice(2), paths.root);
  for (const file of Object.keys(files)) say(`  new      ${file}`);
  for (const file of new Set(insertions.map((insertion) => insertion.file))) say(`  changed  ${file}`);
  say(['', 'Next steps:', ...next.map((step, index) => `${index + 1}. ${step}`)].join('\n'));
  return 0;
});
