#!/usr/bin/env node
// @ts-check
require('./node-version').requireRecentNode();

const { main } = require('../terminal/main');
const { bootstrap } = require('./index');

/** Only installs what is missing; the other commands begin with the same. */
void main(async () => {
  await bootstrap();
  return 0;
});
