#!/usr/bin/env node
// @ts-check
require('../bootstrap/node-version').requireRecentNode();

const path = require('node:path');
const { bootstrap } = require('../bootstrap');
const { ensureBuilt } = require('../build');
const paths = require('../paths');
const { main } = require('../terminal/main');
const { say } = require('../terminal/say');
const { announcement } = require('./announce');
const { keepAddresses } = require('./addresses');
const { claimPorts } = require('./claim-ports');
const { openDataFolder, writePrivate } = require('./data-folder');
const { HELP, readOptions } = require('./options');
const { stopRequest: listenForStop } = require('./stop-request');
const { developmentToken } = require('./token');

/** The longest it takes what a killed launcher left behind to end. */
const ENDING_MS = 12_000;

/** Starts everything, and stays until asked to stop. */
async function start() {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) {
    say(HELP);
    return 0;
  }
  const { data, verbose } = options;
  const host = process.env['SERVICE_HOST'] || '127.0.0.1';
  const stopRequest = listenForStop();
  const folder = await openDataFolder(data, options);
  process.on('exit', folder.release);
  const ports = await claimPorts(options.ports, host, folder.leftBehind ? ENDING_MS : 0);
  say('Starting Nexus State.');
  await stopRequest.interrupting(async () => {
    await bootstrap();
    await ensureBuilt();
  });

  // The servers come from a library, which is there only now.
  const { makeStack } = require('./stack');
  const stack = makeStack({ root: paths.root, data, host, ports, verbose, stopRequest });
  try {
    const env = await stack.start();
    if (!stopRequest.made()) {
      const token = developmentToken(env.JWT_SECRET_KEY);
      keepAddresses(path.join(data, 'addresses.json'), ports, host);
      writePrivate(path.join(data, 'token'), `${token}\n`);
      say(announcement({ ports, host, data, token }));
    }
    await stopRequest.promise;
    folder.stopping();
    say('\nStopping.');
    return 0;
  } finally {
    await stack.stop();
    if (stopRequest.made()) say('Everything has stopped; the data is kept.');
  }
}

void main(start);
