// @ts-check
// A workspace with something of everything, so that each screen of the console has something to show.

/**
 * @typedef {object} Garden
 * @property {string} workspace
 * @property {string} turnId
 * @property {string} proposalId
 */

/** @typedef {(method: string, path: string, body?: unknown) => Promise<any>} Ask */

/**
 * Fills a new workspace.
 * @param {Ask} ask as its owner
 * @param {(workspace: string) => Promise<Ask>} askAsMember as somebody who was made a member
 * @param {string} owner
 * @returns {Promise<Garden>}
 */
async function demoGarden(ask, askAsMember, owner) {
  const workspace = `garden-${Date.now().toString(36)}`;
  await ask('POST', '/api/workspaces', {
    workspaceId: workspace,
    name: 'Greenhouse',
    description: 'Lamps, watering and climate of the greenhouse on the roof',
  });
  const at = `/api/state/${workspace}`;
  for (const [panel, initialState] of Object.entries(panels))
    await ask('POST', `${at}/${panel}`, { initialState });
  const member = await askAsMember(workspace);
  const shared = `?owner=${encodeURIComponent(owner)}`;
  await member('PATCH', `${at}/lamp${shared}`, {
    version: 1,
    patches: [{ op: 'replace', path: '/$state/brightness', value: 55 }],
  });
  await ask('POST', `/api/snapshots/${workspace}`, { description: 'Before the summer' });
  const turnId = await turn(ask, at);
  await ask('PATCH', `${at}/lamp`, {
    version: 3,
    patches: [{ op: 'replace', path: '/$state/brightness', value: 70 }],
  });
  await ask('PATCH', `${at}/watering`, {
    version: 2,
    patches: [{ op: 'replace', path: '/$state/beds/0/litres', value: 12 }],
  });
  await ask('POST', `/api/snapshots/${workspace}`, { description: 'The new lamps are in' });
  const { proposalId } = await member('POST', `${at}/proposals${shared}`, {
    title: 'Water less while it rains',
    reason: 'The forecast says rain for three days.',
    changes: [
      {
        panelId: 'watering',
        version: 2,
        patches: [
          { op: 'replace', path: '/$state/beds/0/litres', value: 4 },
          { op: 'replace', path: '/$state/beds/1/litres', value: 3 },
          { op: 'add', path: '/$state/rainUntil', value: '2026-12-02' },
        ],
      },
    ],
  });
  await ask('PUT', `/api/workspaces/${workspace}/approval-rules`, [
    {
      when: { triggeredBy: 'ai', panels: ['watering'], pointers: ['/$state/beds/*/litres'] },
      need: 'proposal',
      approvers: { role: 'admin' },
    },
  ]);
  for (const [key, value] of Object.entries(keys)) await ask('PUT', `/api/kv/${key}`, { value });
  return { workspace, turnId, proposalId };
}

const panels = {
  climate: {
    $state: { temperature: 21.5, humidity: 0.62, windows: 'half open' },
    $computed: { dewPoint: 13.9 },
  },
  lamp: {
    $state: { on: true, brightness: 40, colour: 'warm white', schedule: ['06:30', '21:00'] },
    $computed: { watts: 18 },
  },
  notes: { $state: { text: 'Tie up the tomatoes. Order seeds before March.', author: 'Ada' } },
  watering: {
    $state: {
      beds: [
        { name: 'Tomatoes', litres: 8, every: 'day' },
        { name: 'Herbs', litres: 5, every: 'two days' },
      ],
    },
    $computed: { litresPerWeek: 73.5 },
  },
};

const keys = {
  'rooms/greenhouse/door': 'closed',
  'rooms/greenhouse/sensors': { count: 12, last: '2026-11-29T09:00:00Z' },
};

/**
 * The work of an agent.
 * @param {Ask} ask
 * @param {string} at
 * @returns {Promise<string>}
 */
async function turn(ask, at) {
  const { turnId } = await ask('POST', `${at}/turns`, {
    agent: 'gardener',
    description: 'Prepare the greenhouse for the night',
    policy: 'human-wins',
  });
  const provenance = {
    reason: 'Frost is forecast for five in the morning.',
    model: 'large-model-4',
    confidence: 0.85,
  };
  await ask('PATCH', `${at}/lamp`, {
    version: 2,
    turnId,
    provenance,
    patches: [
      { op: 'replace', path: '/$state/colour', value: 'red' },
      { op: 'replace', path: '/$state/brightness', value: 20 },
    ],
  });
  await ask('PATCH', `${at}/climate`, {
    version: 1,
    turnId,
    provenance,
    patches: [{ op: 'replace', path: '/$state/windows', value: 'closed' }],
  });
  await ask('PATCH', `${at}/watering`, {
    version: 1,
    turnId,
    provenance,
    patches: [{ op: 'replace', path: '/$state/beds/1/every', value: 'three days' }],
  });
  await ask('POST', `${at}/turns/${turnId}/commit`);
  return turnId;
}

module.exports = { demoGarden };
