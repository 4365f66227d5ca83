import { eventually } from '@nexus-state/state-core/testing';
import { ConsoleStack, type Visitor } from './console-stack';

let stack: ConsoleStack;
let ada: Visitor;

beforeAll(async () => {
  stack = await ConsoleStack.start();
  ada = await stack.visitor('ada');
}, 600_000);

afterAll(() => stack?.close(), 60_000);

/** Waits until something holds. */
const until = (what: string, holds: () => Promise<boolean>) => eventually(holds, what, 20_000);

it('creates a workspace from nothing, and a panel in it, with the keys alone', async () => {
  const { page } = ada;
  expect(await ada.audit('launcher')).toEqual([]);
  await page.keyboard.press('n');
  await page.getByRole('dialog').getByLabel('Name').waitFor();
  await page.keyboard.type('Garden');
  await page.getByRole('textbox', { name: 'Id' }).waitFor();
  expect(await page.getByRole('textbox', { name: 'Id' }).inputValue()).toBe('garden');
  expect(await ada.audit('create-workspace')).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'No active panels' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/w/garden');
  expect(await ada.audit('empty')).toEqual([]);
  await page.keyboard.press('n');
  await page.getByRole('dialog').getByLabel('Id').waitFor();
  await page.keyboard.type('lamp');
  await page.keyboard.press('Enter');
  await ada.editor('lamp').waitFor();
  expect(await ada.shown('lamp')).toEqual({ $state: {} });
}, 300_000);

it('says at the field that an id is taken, and what is wrong with one', async () => {
  const { page } = ada;
  await ada.open('/');
  await page.getByRole('button', { name: 'New workspace' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Garden');
  await page.getByText('You have a workspace "garden" already.').waitFor();
  await page.getByRole('textbox', { name: 'Id' }).fill('a b');
  await page.getByText('Use 1–255 letters').waitFor();
  await page.keyboard.press('Escape');
}, 300_000);

it('saves what is typed, keeps what is not valid, and shows what others do', async () => {
  await ada.open('/w/garden/lamp');
  await ada.editor('lamp').waitFor();
  await ada.write('lamp', '{"on":true,');
  await ada.page.getByText('Not valid JSON: not sent').waitFor();
  expect((await ada.api.get('/api/state/garden/lamp')).body).toMatchObject({ version: 1 });
  await ada.write('lamp', '{"on":true,"level":1}');
  await until('the edit to be stored', async () => {
    const { body } = await ada.api.get('/api/state/garden/lamp');
    return (body as { state: { level?: number } }).state.level === 1;
  });
  await ada.page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await ada.api.patch('/api/state/garden/lamp', {
    patches: [{ op: 'replace', path: '/level', value: 7 }],
    version: 2,
  });
  await until(
    'the change to be shown',
    async () => ((await ada.shown('lamp')) as { level: number }).level === 7,
  );
  expect(await ada.audit('panel')).toEqual([]);
}, 300_000);

it('has two people in one panel see each other, collide, and decide', async () => {
  await ada.api.put('/api/workspaces/garden/members/bob', { role: 'editor' });
  const bob = await stack.visitor('bob');
  await bob.open('/w/garden/lamp?owner=ada');
  await bob.editor('lamp').waitFor();
  await bob.editor('lamp').click();
  await ada.editor('lamp').click();
  await ada.page.getByRole('list', { name: 'People here' }).getByText(/^bob/).waitFor();
  await bob.page.getByRole('list', { name: 'People here' }).getByText(/^ada/).waitFor();
  // Ada is in the middle of typing when Bob saves.
  await ada.write('lamp', '{"on":true,"level":100');
  await bob.write('lamp', '{"on":false,"level":50}');
  await until('what Bob has written', async () => {
    const { body } = await ada.api.get('/api/state/garden/lamp');
    return (body as { state: { level?: number } }).state.level === 50;
  });
  await ada.page.getByRole('region', { name: 'Changes by others' }).getByText('bob').first().waitFor();
  await ada.page.keyboard.press('Control+End');
  await ada.page.keyboard.insertText('}');
  const view = ada.page.getByRole('dialog', { name: /collide/ });
  await view.getByRole('region', { name: 'Conflict at /level' }).waitFor();
  expect(await ada.audit('conflict')).toEqual([]);
  await view.getByText('Yours', { exact: true }).first().click();
  await view.getByRole('button', { name: 'Apply the result' }).click();
  await until(
    'the decision at Bob',
    async () => ((await bob.shown('lamp')) as { level: number }).level === 100,
  );
  expect(await bob.shown('lamp')).toEqual({ on: false, level: 100 });
  expect(await ada.shown('lamp')).toEqual({ on: false, level: 100 });
  await bob.close();
}, 300_000);

it('goes back in time and reverts', async () => {
  const { page } = ada;
  await ada.open('/w/garden/lamp/history');
  const slider = page.getByRole('slider', { name: 'Version' });
  await slider.waitFor();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.waitForURL(/version=/);
  await ada.open('/w/garden/lamp/history?version=2');
  await page.getByRole('textbox', { name: 'State at version 2' }).getByText('"level"').waitFor();
  expect(await ada.audit('history')).toEqual([]);
  await page.getByText('Compare', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Version 2' }).waitFor();
  expect(await ada.audit('history-compare')).toEqual([]);
  await page.getByText('Who wrote it').click();
  await page.getByRole('list', { name: 'Who wrote each value' }).getByText('/level').waitFor();
  await page.getByRole('button', { name: 'Revert to version 2' }).click();
  await page.getByRole('dialog').getByText('The panel gets a new version').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Revert', exact: true }).click();
  await until('the state of then', async () => {
    const { body } = await ada.api.get('/api/state/garden/lamp');
    return JSON.stringify((body as { state: unknown }).state) === '{"level":1,"on":true}';
  });
  await ada.open('/w/garden/lamp?version=1');
  await page.getByText('as it was at version 1').waitFor();
}, 300_000);

it('takes a snapshot, compares it, restores it, and undoes that', async () => {
  const { page } = ada;
  await ada.open('/w/garden/snapshots');
  await page.getByText('No snapshot yet').waitFor();
  await page.getByRole('button', { name: 'Take a snapshot' }).click();
  await page.getByLabel('Description').fill('Before the storm');
  await page.keyboard.press('Enter');
  await page.getByRole('list', { name: 'Snapshots, newest first' }).getByText('Before the storm').waitFor();
  await ada.api.post('/api/state/garden/bench', { initialState: { wet: true } });
  await page.getByRole('button', { name: 'Compare Before the storm with now' }).click();
  await page.getByRole('dialog').getByRole('region', { name: 'bench' }).waitFor();
  expect(await ada.audit('snapshot-diff')).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Restore Before the storm' }).click();
  await page.getByText('Restore 0 panels; 1 panel made since will be deleted.').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByText('Restored 0 panels, deleted 1 panel').waitFor();
  expect((await ada.api.get('/api/state/garden/bench')).status).toBe(404);
  expect(await ada.audit('snapshots')).toEqual([]);
  await page.getByRole('button', { name: 'Undo the restore' }).click();
  await page.getByText('The restore was undone').waitFor();
  expect((await ada.api.get('/api/state/garden/bench')).body).toMatchObject({ state: { wet: true } });
}, 300_000);

it('keeps edits while offline, and sends them after', async () => {
  await ada.open('/w/garden/bench');
  await ada.editor('bench').waitFor();
  await ada.page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await ada.context.setOffline(true);
  await ada.page.getByText('You are offline.').waitFor();
  await ada.write('bench', '{"wet":false}');
  await until(
    'the edit to be kept',
    async () => ((await ada.shown('bench')) as { wet: boolean }).wet === false,
  );
  expect((await ada.api.get('/api/state/garden/bench')).body).toMatchObject({ state: { wet: true } });
  await ada.context.setOffline(false);
  await until('the edit to be sent', async () => {
    const { body } = await ada.api.get('/api/state/garden/bench');
    return (body as { state: { wet: boolean } }).state.wet === false;
  });
}, 300_000);

it('invites, shows what happened, keys and health, and finds things from the palette', async () => {
  const { page } = ada;
  await ada.open('/w/garden/members');
  await page.getByLabel('User id').fill('eve');
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByRole('list', { name: 'Members' }).getByText('eve', { exact: true }).waitFor();
  expect(await ada.audit('members')).toEqual([]);
  await ada.open('/w/garden/activity');
  await page.getByRole('list', { name: 'Changes, newest first' }).getByText('reverted').first().waitFor();
  expect(await ada.audit('activity')).toEqual([]);
  await ada.open('/w/garden/keys');
  await page.getByRole('heading', { name: 'Keys' }).waitFor();
  await page.getByText('No key begins with this.').waitFor();
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByRole('dialog').getByLabel('Key').fill('/rooms/hall');
  await page.getByRole('dialog').getByLabel('Value').fill('{"light":true}');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: '/rooms/hall' }).waitFor();
  expect(await ada.audit('keys')).toEqual([]);
  await ada.open('/health');
  await page
    .getByText(/^healthy/)
    .nth(2)
    .waitFor();
  expect(await ada.audit('health')).toEqual([]);
  await ada.open('/w/garden');
  await page.getByRole('heading', { name: 'Panels' }).waitFor();
  expect(await ada.audit('workspace')).toEqual([]);
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Find a workspace, panel or command').waitFor();
  expect(await ada.audit('palette')).toEqual([]);
  await page.keyboard.type('benc');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/w\/garden\/bench/);
}, 300_000);

it('shows what is hostile as text, and fits a narrow window', async () => {
  const { page } = ada;
  const evil = '</script><img src=x onerror=alert(1)>\u202egnp.exe';
  await ada.api.post('/api/state/garden/evil', { initialState: { [evil]: evil } });
  await page.setViewportSize({ width: 360, height: 740 });
  for (const address of [
    '/w/garden/evil',
    '/w/garden/evil/history',
    '/w/garden/activity',
    '/',
    '/w/garden/snapshots',
  ]) {
    await ada.open(address);
    await page.locator('#main').waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect([address, overflow]).toEqual([address, 0]);
  }
  await ada.open('/w/garden/evil');
  await ada.editor('evil').waitFor();
  expect(await ada.shown('evil')).toEqual({ [evil]: evil });
  expect(await page.locator('img[src=x]').count()).toBe(0);
  expect(await ada.audit('narrow')).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 800 });
}, 300_000);

it('has met no violation of its policy, no exception, and no token in an address or a lasting storage', async () => {
  expect(stack.complaints).toEqual([]);
  expect(stack.asked.filter((address) => address.includes(ada.token))).toEqual([]);
  const kept = await ada.page.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(kept).not.toContain(ada.token);
});
