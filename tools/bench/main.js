#!/usr/bin/env node
// @ts-check
require('../bootstrap/node-version').requireRecentNode();

const { bootstrap } = require('../bootstrap');
const { runTargets } = require('../build/nx');
const { Failure } = require('../process/failure');
const { main } = require('../terminal/main');
const { say, step } = require('../terminal/say');
const { exitCodeFor, onStopSignal } = require('../terminal/signals');
const { readOptions, usage } = require('./options');

/** Measures one state API against the least that does the same; docs/performance.md says how and why. */
async function bench() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    say(usage);
    return 0;
  }
  onStopSignal((signal) => process.exit(exitCodeFor(signal)));
  await bootstrap();
  await step('built', build);

  // What follows uses packages, which are there only now.
  const { header, mediansOf, roundRows, verdicts } = require('./report');
  const { CONNECTIONS, WARM_UP_MS, runScenario } = require('./run');
  const { save } = require('./save');
  const { startStack } = require('./stack');
  const { targets } = require('./targets');

  const stack = await step('servers started', () => startStack(options));
  /** @type {import('./run').Result[]} */
  const results = [];
  /** @type {string[]} */
  const lines = [];
  try {
    for (const target of targets.filter(({ name }) => options.only.includes(name))) {
      say(`\n${target.title}\n${header}`);
      const result = await runScenario(target.name, stack, options, (number, round) =>
        say(roundRows(String(number), round)),
      );
      results.push(result);
      lines.push(...verdicts(result, target));
      say(roundRows('median', mediansOf(result)));
      if (result.checked) say(`  nothing lost: ${result.checked}`);
    }
  } finally {
    await stack.stop();
  }
  say(`\n${lines.join('\n')}`);
  if (options.save) {
    const { rounds, seconds } = options;
    say(`\n${save(results, { rounds, seconds, connections: CONNECTIONS, warmUpMs: WARM_UP_MS })}`);
  }
  return 0;
}

async function build() {
  const { code, output } = await runTargets(['build'], { show: false });
  if (code === 0) return;
  process.stderr.write(output);
  throw new Failure('The build failed; the reason is above.');
}

void main(bench);
