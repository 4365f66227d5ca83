#!/usr/bin/env node
// @ts-check
// node tools/bench/context/main.js [panels]
require('../../bootstrap/node-version').requireRecentNode();

const { bootstrap } = require('../../bootstrap');
const { runTargets } = require('../../build/nx');
const { Failure } = require('../../process');
const { main } = require('../../terminal/main');
const { say, step } = require('../../terminal/say');

/** How often each question is asked. */
const ROUNDS = 200;

/** What the 95th percentile of an unchanged workspace may be, in milliseconds. */
const LIMIT_MS = 50;

/** Measures contexts of an unchanged workspace, which are answered from caches. */
async function benchContexts() {
  const panels = Number(process.argv[2] ?? 1_000);
  if (!Number.isInteger(panels) || panels < 1)
    throw new Failure('The number of panels must be a whole number.');
  await bootstrap();
  await step('built', async () => {
    const { code, output } = await runTargets(['build'], { show: false });
    if (code !== 0) throw new Failure(output);
  });
  const { sign } = require('jsonwebtoken');
  const { startStack } = require('../stack');
  const stack = await step('servers started', () => startStack({ engine: 'auto', set: {} }, false));
  try {
    const token = sign({ sub: 'bench' }, stack.secret, { expiresIn: '1h' });
    /** @param {string} path @param {object} body */
    const post = async (path, body) => {
      const answer = await fetch(`http://127.0.0.1:${stack.ours.port}/api/state/bench${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Failure(`${path}: ${answer.status} ${text}`);
      return JSON.parse(text);
    };
    await step(`${panels} panels written`, async () => {
      for (let at = 0; at < panels; at++) await post(`/panel-${at}`, { initialState: stateOf(at) });
    });
    /** @type {[string, (round: number) => Promise<unknown>][]} */
    const questions = [
      ['first context, cold', () => post('/context', { budgetTokens: 8_000 })],
      ['the same context', () => post('/context', { budgetTokens: 8_000 })],
      ['another budget each', (round) => post('/context', { budgetTokens: 4_000 + round })],
      ['another query each', (round) => post('/context', { budgetTokens: 4_000, query: `valve ${round}` })],
      ['search', (round) => post('/search', { query: `pump ${round}` })],
    ];
    say(`\n${'milliseconds'.padEnd(24)}${'p50'.padStart(8)}${'p95'.padStart(8)}`);
    let sameP95 = Infinity;
    for (const [name, ask] of questions) {
      /** @type {number[]} */
      const times = [];
      for (let round = 0; round < (name.includes('cold') ? 1 : ROUNDS); round++) {
        const began = performance.now();
        await ask(round);
        times.push(performance.now() - began);
      }
      times.sort((one, other) => one - other);
      const at = (/** @type {number} */ share) => times[Math.ceil(share * times.length) - 1] ?? 0;
      say(`${name.padEnd(24)}${at(0.5).toFixed(1).padStart(8)}${at(0.95).toFixed(1).padStart(8)}`);
      if (name === 'the same context') sameP95 = at(0.95);
    }
    const held = sameP95 <= LIMIT_MS;
    say(
      `\n${held ? 'held' : 'MISSED'}: p95 of an unchanged workspace ≤ ${LIMIT_MS} ms (${sameP95.toFixed(1)} ms)`,
    );
    return held ? 0 : 1;
  } finally {
    await stack.stop();
  }
}

/** @param {number} at */
function stateOf(at) {
  const kinds = ['pump', 'valve', 'lamp', 'sensor', 'door'];
  return {
    title: `${kinds[at % kinds.length]} number ${at}`,
    position: { x: at % 100, y: Math.floor(at / 100) },
    notes: Array.from({ length: 5 }, (_, note) => `Note ${note}: checked in week ${(at * 7 + note) % 52}.`),
    settings: { isOn: at % 3 === 0, level: (at % 17) / 17, owner: `person-${at % 31}` },
  };
}

void main(benchContexts);
