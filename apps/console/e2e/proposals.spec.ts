import { ConsoleStack, type Visitor } from './console-stack';

let stack: ConsoleStack;
let ada: Visitor;
let bob: Visitor;

beforeAll(async () => {
  stack = await ConsoleStack.start();
  ada = await stack.visitor('ada');
  bob = await stack.visitor('bob');
  await ada.api.put('/api/workspaces/garden', { name: 'Garden' });
  await ada.api.post('/api/state/garden/lamp', { initialState: { on: false, level: 1 } });
  await ada.api.put('/api/workspaces/garden/members/bob', { role: 'editor' });
}, 600_000);

afterAll(() => stack?.close(), 60_000);

async function propose(title: string): Promise<string> {
  const patches = [
    { op: 'replace', path: '/on', value: true },
    { op: 'replace', path: '/level', value: 9 },
  ];
  const { body } = await bob.api.post('/api/state/garden/proposals?owner=ada', {
    title,
    changes: [{ panelId: 'lamp', version: 1, patches }],
  });
  return (body as { proposalId: string }).proposalId;
}

it('approves a part of a proposal, with a conflict decided', async () => {
  await propose('Brighter at night');
  await ada.api.patch('/api/state/garden/lamp', {
    version: 1,
    patches: [{ op: 'replace', path: '/on', value: null }],
  });
  const { page } = ada;
  await ada.open('/w/garden/proposals');
  await page.getByRole('list', { name: 'Proposals, newest first' }).getByText('Brighter at night').waitFor();
  expect(await ada.audit('proposals')).toEqual([]);
  await page.getByRole('link', { name: 'Brighter at night' }).click();
  await page.getByRole('region', { name: 'Conflict at /on' }).waitFor();
  await page.getByText('Decide 1 conflict first.').waitFor();
  expect(await ada.audit('proposal')).toEqual([]);
  await page.getByText('Present', { exact: true }).first().click();
  await page.getByRole('checkbox', { name: 'replace /on true' }).uncheck();
  await page.getByRole('button', { name: 'Approve 1 of 2 operations' }).click();
  await page.getByText('This proposal is approved').waitFor();
  expect((await ada.api.get('/api/state/garden/lamp')).body).toMatchObject({ state: { on: null, level: 9 } });
}, 300_000);

it('lets nobody decide on their own, and takes it back', async () => {
  const proposalId = await propose('Mine');
  await bob.open(`/w/garden/proposals/${proposalId}?owner=ada`);
  await bob.page.getByText('nobody decides on their own proposal').waitFor();
  expect(await bob.page.getByRole('button', { name: /^Approve/ }).count()).toBe(0);
  await bob.page.getByRole('button', { name: 'Withdraw' }).click();
  await bob.page.getByText('This proposal is withdrawn').waitFor();
}, 300_000);

it('rejects with a reason', async () => {
  const proposalId = await propose('Not now');
  await ada.open(`/w/garden/proposals/${proposalId}`);
  await ada.page.getByLabel('Comment or reason').fill('Too bright');
  await ada.page.getByRole('button', { name: 'Reject' }).click();
  await ada.page.getByText('This proposal is rejected').waitFor();
  await ada.page.getByText('Too bright').first().waitFor();
}, 300_000);

it('lets those who manage the workspace say what needs approval, and everybody read it', async () => {
  const { page } = ada;
  await ada.open('/w/garden/proposals');
  await page.getByRole('link', { name: 'Approval rules' }).click();
  await page.getByText('No rule yet').waitFor();
  await page.getByRole('button', { name: 'Add a rule' }).click();
  await page.getByLabel('Triggered by').selectOption('');
  await page.getByRole('textbox', { name: 'Panels', exact: true }).fill('lamp, price-*');
  await page.getByLabel('Places in the panel').fill('not a pointer');
  await page.getByRole('button', { name: 'Save the rules' }).click();
  await page
    .getByRole('alert')
    .filter({ hasText: /pointer/i })
    .waitFor();
  await page.getByLabel('Places in the panel').fill('/on\n/items/*/price');
  await page.getByLabel('Who approves').selectOption('users');
  await page.getByLabel('Users').fill('ada, eve');
  await page
    .getByText('Changes in lamp, price-* at /on, /items/*/price need the approval of ada or eve.')
    .waitFor();
  expect(await ada.audit('approval-rules')).toEqual([]);
  await page.getByRole('button', { name: 'Save the rules' }).click();
  await page.getByText('The rules hold from now on.').waitFor();
  expect((await ada.api.get('/api/workspaces/garden/approval-rules')).body).toEqual([
    {
      when: { panels: ['lamp', 'price-*'], pointers: ['/on', '/items/*/price'] },
      need: 'proposal',
      approvers: { users: ['ada', 'eve'] },
    },
  ]);
  // Somebody else is faster.
  await page.getByRole('textbox', { name: 'Panels', exact: true }).fill('fan');
  const theirs = [{ when: { panels: ['lamp'] }, need: 'proposal' }];
  await ada.api.put('/api/workspaces/garden/approval-rules', theirs);
  await page.getByRole('button', { name: 'Save the rules' }).click();
  await page.getByText('Somebody else has changed the rules meanwhile').waitFor();
  await page.getByRole('button', { name: 'Show the rules as they are' }).click();
  await page.getByText('Changes in lamp need the approval of somebody else who may write.').waitFor();

  await bob.open('/w/garden/proposals/rules?owner=ada');
  await bob.page.getByRole('list', { name: 'Rules' }).getByText('Changes in lamp need').waitFor();
  expect(await bob.page.getByRole('button', { name: 'Add a rule' }).count()).toBe(0);
}, 300_000);

it('says of an edit that a rule holds back where it waits', async () => {
  await ada.api.put('/api/workspaces/garden/approval-rules', [
    { when: { panels: ['lamp'] }, need: 'proposal' },
  ]);
  await bob.open('/w/garden/lamp?owner=ada');
  await bob.editor('lamp').waitFor();
  await bob.page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await bob.write('lamp', '{"on":true,"level":2}');
  await bob.page.getByText('Your edit needs approval').waitFor();
  expect(await bob.shown('lamp')).toEqual({ on: null, level: 9 });
  await bob.page.getByRole('link', { name: 'a proposal' }).click();
  await bob.page.getByText('Somebody else decides').waitFor();
  expect(stack.complaints).toEqual([]);
}, 300_000);
