// An agent without a model. It reads a plan, thinks about each task for a while, and writes down how long it takes.
// Whatever people change meanwhile stays.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@nexus-state/client';

const {
  NEXUS_URL: url = 'http://127.0.0.1:8001',
  NEXUS_TOKEN: token = readFileSync('.nexus/token', 'utf8').trim(),
  THINKING_MS = '5000',
} = process.env;

const nexus = createClient({ url, token });
const trip = nexus.workspace('trip');
const plan = trip.panel('plan');

// From here on, everything the agent does is based on this version, however old it gets.
const { state, version } = await plan.get();
const { turnId } = await trip.turns.begin({
  agent: 'estimator',
  description: 'Says how long each task takes',
  policy: 'human-wins',
  panels: ['plan'],
});
console.log(`I read version ${version}: ${state.tasks.map(({ name }) => name).join(', ')}`);

for (const [index, task] of state.tasks.entries()) {
  await pause(Number(THINKING_MS));
  const hours = Math.ceil(task.name.length / 8);
  const { dropped = [] } = await plan.patch(
    [
      { op: 'add', path: `/tasks/${index}/hours`, value: hours },
      { op: 'inc', path: '/total', value: hours },
      { op: 'replace', path: `/tasks/${index}/name`, value: `${task.name} (${hours} h)` },
    ],
    {
      version,
      turnId,
      provenance: { reason: `"${task.name}" has ${task.name.length} letters.`, confidence: 0.4 },
    },
  );
  console.log(`"${task.name}" takes ${hours} h`);
  for (const { path, yours, theirs } of dropped)
    console.log(`  kept ${JSON.stringify(theirs)} at ${path}, dropped ${JSON.stringify(yours)}`);
}

const { changes, underneath } = await trip.turns.commit(turnId);
console.log(`I made ${changes.length} changes. Meanwhile others made ${underneath.length}:`);
for (const { actor, patch } of underneath) console.log(`  ${actor}: ${JSON.stringify(patch)}`);
await nexus.close();
