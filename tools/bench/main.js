#!/usr/bin/env node
// @ts-check
require('../bootstrap/node-version').requireRecentNode();

const { bootstrap } = require('../bootstrap');
const { runTargets } = require('../build/nx');
const { Failure, removeFolder, scratchFolder } = require('../process');
const { main } = require('../terminal/main');
const { say, step } = require('../terminal/say');
const { exitCodeFor, onStopSignal } = require('../terminal/signals');
const { readOptions, usage } = require('./options');

/** Measures one state API, and snapshots, against the least that does the same; docs/performance.md says how and why. */
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
  const { runKeyScenario } = require('./keys/run');
  const { reports } = require('./reports');
  const { CONNECTIONS, WARM_UP_MS, runScenario } = require('./run');
  const { save } = require('./save');
  const { runDoorScenario, runSnapshotScenario } = require('./snapshots/run');
  const { startStack } = require('./stack');
  const { doorTargets, keyTargets, snapshotTargets, targets } = require('./targets');

  /** @type {import('./run').Result[]} */
  const results = [];
  /** @type {string[]} */
  const lines = [];
  /**
   * @param {import('./targets').Target} target
   * @param {(onRound: (number: number, round: import('./run').Round) => void) => Promise<import('./run').Result>} run
   */
  const measure = async (target, run) => {
    say(`\n${target.title}\n${header}`);
    const result = await run((number, round) => say(roundRows(String(number), round)));
    results.push(result);
    lines.push(...verdicts(result, target));
    say(roundRows('median', mediansOf(result)));
    if (result.engine) say(`  engine: ${result.engine}`);
    if (result.checked) say(`  nothing lost: ${result.checked}`);
  };
  /**
   * @template {import('./targets').Target} T
   * @param {readonly T[]} all
   */
  const wanted = (all) => all.filter(({ name }) => options.only.includes(name));

  const scratch = scratchFolder('bench-git');
  try {
    if (wanted([...targets, ...doorTargets]).length > 0) {
      const live = wanted(targets).some((target) => target.live);
      const stack = await step('servers started', () => startStack(options, live));
      try {
        for (const target of wanted(targets)) {
          await measure(target, (onRound) => runScenario(target.name, stack, options, onRound));
        }
        for (const target of wanted(doorTargets)) {
          await measure(target, (onRound) => runDoorScenario(target.name, stack, scratch, options, onRound));
        }
      } finally {
        await stack.stop();
      }
    }
    for (const target of wanted(snapshotTargets)) {
      await measure(target, (onRound) => runSnapshotScenario(target.name, scratch, options, onRound));
    }
    for (const target of wanted(keyTargets)) {
      await measure(target, (onRound) => runKeyScenario(target.name, scratch, options, onRound));
    }
    for (const { name, title, load } of reports.filter((report) => options.only.includes(report.name))) {
      say(`\n${name}: ${title}`);
      await load().run(options);
    }
  } finally {
    removeFolder(scratch);
  }
  if (lines.length > 0) say(`\n${lines.join('\n')}`);
  if (options.save && results.length > 0) {
    const { rounds, seconds } = options;
    say(`\n${save(results, { rounds, seconds, connections: CONNECTIONS, warmUpMs: WARM_UP_MS })}`);
  }
  return 0;
}

async function build() {
  const { code, output } = await runTargets(['build'], { show: false });
  if (code === 0) return;
  process.stderr.write(output);
  throw new Failure('The build failed; see the errors above.');
}

void main(bench);
