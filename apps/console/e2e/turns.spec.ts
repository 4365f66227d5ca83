import { eventually } from '@nexus-state/state-core/testing';
import { ConsoleStack, type Visitor } from './console-stack';

let stack: ConsoleStack;
let ada: Visitor;

beforeAll(async () => {
  stack = await ConsoleStack.start();
  ada = await stack.visitor('ada');
  await ada.api.post('/api/workspaces', { workspaceId: 'garden', name: 'Garden' });
  await ada.api.post('/api/state/garden/lamp', { initialState: { on: false, level: 1 } });
  await ada.api.post('/api/state/garden/bench', { initialState: { wet: true, note: 'Oak' } });
}, 600_000);

afterAll(() => stack?.close(), 60_000);

const provenance = {
  reason: 'It gets dark at five.',
  model: 'large-model-4',
  confidence: 0.8,
  links: ['https://example.org/why', 'javascript:alert(1)'],
};

async function change(
  panelId: string,
  version: number,
  patches: readonly object[],
  more = {},
): Promise<void> {
  const { status } = await ada.api.patch(`/api/state/garden/${panelId}`, { version, patches, ...more });
  expect([panelId, version, status]).toEqual([panelId, version, 200]);
}

const stateOf = async (panelId: string) =>
  ((await ada.api.get(`/api/state/garden/${panelId}`)).body as { state: unknown }).state;
const until = (panelId: string, state: unknown) =>
  eventually(
    async () => JSON.stringify(await stateOf(panelId)) === JSON.stringify(state),
    `${panelId} to be ${JSON.stringify(state)}`,
    20_000,
  );

it('shows which changes belong to a turn and why, and takes the turn back but for what others wrote over', async () => {
  const { body } = await ada.api.post('/api/state/garden/turns', {
    agent: 'gardener',
    description: 'Prepare the night',
    policy: 'merge',
  });
  const { turnId } = body as { turnId: string };
  const both = [
    { op: 'replace', path: '/on', value: true },
    { op: 'replace', path: '/level', value: 7 },
  ];
  await change('lamp', 1, both, { turnId, provenance });
  await change('bench', 1, [{ op: 'replace', path: '/wet', value: false }], { turnId });
  await change('lamp', 2, [{ op: 'replace', path: '/level', value: 9 }]);

  const { page } = ada;
  await ada.open('/w/garden/lamp/history?version=2');
  await page.getByRole('button', { name: /in a turn/ }).waitFor();
  const facts = page.getByLabel('Where the change comes from');
  await facts.getByText('It gets dark at five.').waitFor();
  await facts.getByText('80 %').waitFor();
  await facts.getByRole('link', { name: 'https://example.org/why' }).waitFor();
  expect(await page.locator('a[href^="javascript" i]').count()).toBe(0);
  await page.getByRole('textbox', { name: 'State at version 2' }).waitFor();
  expect(await ada.audit('history-turn')).toEqual([]);

  await facts.getByRole('link', { name: 'turn of gardener' }).click();
  await page.getByRole('region', { name: 'Version 2 of bench' }).getByText('/wet').waitFor();
  await page.getByRole('region', { name: 'Version 3 of lamp, by ada' }).waitFor();
  expect(await ada.audit('turn')).toEqual([]);
  await page.getByRole('button', { name: 'Take this turn back' }).click();
  const dialog = page.getByRole('dialog', { name: 'Take this turn back' });
  await dialog.getByText('Changes 2 panels; 1 place stays as it is').waitFor();
  await dialog.getByText('The turn ends.').waitFor();
  await dialog
    .getByRole('region', { name: 'Stays: lamp /level' })
    .getByLabel('Written since, stays')
    .waitFor();
  expect(await ada.audit('take-back')).toEqual([]);
  // A preview writes nothing.
  expect(await stateOf('bench')).toEqual({ note: 'Oak', wet: false });
  await dialog.getByRole('button', { name: 'Take back', exact: true }).click();
  await page.getByText('Taken back').waitFor();
  await until('lamp', { level: 9, on: false });
  await until('bench', { note: 'Oak', wet: true });
  await page.getByText('aborted', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Take this turn back' }).count()).toBe(0);
}, 300_000);

it('takes back what the assistant did since an instant, and nothing else', async () => {
  await change('lamp', 4, [{ op: 'add', path: '/before', value: 1 }], { triggeredBy: 'ai' });
  const since = new Date(Date.now() + 1_000);
  await eventually(() => Promise.resolve(Date.now() > since.getTime()), 'the instant to pass', 5_000);
  await change('lamp', 5, [{ op: 'add', path: '/after', value: 2 }], { triggeredBy: 'ai' });
  await change('lamp', 6, [{ op: 'add', path: '/mine', value: 3 }]);

  const { page } = ada;
  await ada.open('/w/garden/activity');
  const list = page.getByRole('list', { name: 'Changes, newest first' });
  await list.waitFor();
  await page.getByText('Choose an actor, a trigger or a time').waitFor();
  await page.getByLabel('Trigger').selectOption('ai');
  const local = await page.evaluate(
    (at) => {
      const moment = new Date(at);
      return new Date(at - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    },
    Math.floor(since.getTime() / 1000) * 1000,
  );
  await page.getByLabel('Since').fill(local);
  await page.waitForURL(/triggeredBy=ai.*since=/);
  await eventually(
    async () => (await list.getByRole('listitem').count()) === 1,
    'one change to be left',
    20_000,
  );
  expect(await ada.audit('activity-filtered')).toEqual([]);
  // The address is enough to see the same.
  await page.reload();
  await page.getByRole('button', { name: 'Take these changes back' }).click();
  const dialog = page.getByRole('dialog', { name: 'Take these changes back' });
  await dialog.getByRole('region', { name: 'What changes in lamp' }).getByText('/after').waitFor();
  await dialog.getByText('Changes 1 panel.').waitFor();
  await dialog.getByRole('button', { name: 'Take back', exact: true }).click();
  await until('lamp', { before: 1, level: 9, mine: 3, on: false });
}, 300_000);

it('lists the turns, and those that an address or the palette names', async () => {
  const { page } = ada;
  await ada.open('/w/garden/activity/turns');
  const list = page.getByRole('list', { name: 'Turns, newest first' });
  await list.getByRole('link', { name: 'turn of gardener' }).waitFor();
  expect(await ada.audit('turns')).toEqual([]);
  await page.getByLabel('Which turns').selectOption('open');
  await page.getByText('No such turn').waitFor();
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Find a workspace, panel or command').fill('Oak');
  const found = page.getByRole('dialog').getByRole('button', { name: /^bench.*Oak/ });
  await found.waitFor();
  expect(await ada.audit('search')).toEqual([]);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/w\/garden\/bench$/);
  expect(stack.complaints).toEqual([]);
}, 300_000);
