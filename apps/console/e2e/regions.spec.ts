import { eventually } from '@nexus-state/state-core/testing';
import { breakAnswers, breakMessages, breakPart } from './broken-answers';
import { ConsoleStack, type Visitor } from './console-stack';

let stack: ConsoleStack;
let ada: Visitor;

beforeAll(async () => {
  stack = await ConsoleStack.start();
  ada = await stack.visitor('ada');
  await ada.api.post('/api/workspaces', { workspaceId: 'garden', name: 'Garden' });
  await ada.api.post('/api/workspaces', { workspaceId: 'yard', name: 'Yard' });
  await ada.api.post('/api/state/garden/lamp', { initialState: { on: false } });
  await ada.api.post('/api/state/garden/bench', { initialState: { wet: true } });
  await ada.api.post('/api/snapshots/garden', {});
}, 600_000);

afterAll(() => stack?.close(), 60_000);

/** Not a text, where a text belongs: it cannot be shown. */
const nonsense = { not: 'a text' };

/** How a region is broken. */
interface Case {
  readonly region: string;
  readonly address: string;
  readonly breaks: () => Promise<() => Promise<void>>;
  /** Whether "Try again" helps once the services answer sense: a part of the page that was loaded stays as it is. */
  readonly heals: boolean;
  /** The keys that show what breaks, where opening the address does not. */
  readonly keys?: string;
}

const answers = (address: RegExp, bend: (body: never) => unknown) => ({
  breaks: () => breakAnswers(ada.page, address, bend),
  heals: true,
});

const part = (name: string) => ({ breaks: () => breakPart(ada.page, name), heals: false });

/** Bends every item of a list. */
const items = (name: string, more: object) => (body: Record<string, readonly object[]>) => ({
  ...body,
  [name]: (body[name] ?? []).map((item) => ({ ...item, ...more })),
});

const cases: readonly Case[] = [
  {
    region: 'The workspace menu',
    address: '/w/garden/lamp',
    ...answers(/\/api\/workspaces\/garden(\?|$)/, (body: object) => ({ ...body, name: nonsense })),
  },
  {
    region: 'The list of panels',
    address: '/w/garden/activity',
    ...answers(/\/api\/state\/garden\?.*limit=1000/, () => ({ panels: [null], nextCursor: null })),
  },
  { region: 'The editor', address: '/w/garden/lamp', ...part('json-editor') },
  {
    region: 'The timeline',
    address: '/w/garden/lamp/history?version=1',
    ...answers(/api.*\/lamp\/history/, items('history', { actor: nonsense })),
  },
  { region: 'This version', address: '/w/garden/lamp/history', ...part('json-editor') },
  {
    region: 'This page',
    address: '/w/garden/snapshots',
    ...answers(/\/api\/snapshots\/garden/, items('snapshots', { createdBy: nonsense })),
  },
  {
    region: 'This page',
    address: '/w/garden/activity',
    ...answers(/api.*\/changes\?.*limit=/, items('changes', { actor: nonsense })),
  },
  {
    region: 'This page',
    address: '/w/garden/members',
    ...answers(/api.*\/members/, items('members', { userId: nonsense })),
  },
  { region: 'This dialog', address: '/w/garden/lamp', keys: 'Control+k', ...part('palette') },
  { region: 'This dialog', address: '/w/garden/lamp', keys: 'n', ...part('create-panel') },
  { region: 'This dialog', address: '/w/garden/lamp', keys: '?', ...part('shortcuts') },
];

const problemOf = (region: string) =>
  ada.page.getByRole('alert').filter({ hasText: `${region} stopped working` });

/** Uses what is beside a region that is broken. */
async function useTheRest(region: string): Promise<void> {
  const { page } = ada;
  if (region !== 'This dialog' && region !== 'The list of panels') {
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Find a workspace, panel or command').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  if (region !== 'The workspace menu') {
    await page.getByRole('button', { name: 'Workspace Garden' }).click();
    await page.getByRole('menuitem', { name: 'All workspaces' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menuitem', { name: 'All workspaces' }).waitFor({ state: 'detached' });
  }
  await page.getByRole('button', { name: 'Colours' }).click();
  await page.getByRole('menuitem', { name: 'Light' }).click();
}

/** Goes on to another page by what is beside a region. */
async function goOn(region: string): Promise<void> {
  const { page } = ada;
  const panels = page.getByRole('navigation', { name: 'Panels' });
  const [link, heading] =
    region === 'The list of panels'
      ? [page.getByRole('link', { name: 'Snapshots' }), 'Snapshots']
      : [panels.getByRole('link', { name: 'bench' }), 'bench'];
  await link.click();
  await page.getByRole('heading', { name: heading, exact: true }).waitFor();
}

afterEach(() => ada.page.unrouteAll({ behavior: 'wait' }));

it.each(cases)(
  'keeps an error in "$region" of $address there',
  async (broken) => {
    const { region, address, breaks, heals, keys } = broken;
    const { page } = ada;
    const mend = await breaks();
    await ada.open(address);
    await page.getByRole('link', { name: 'Members' }).waitFor();
    if (keys) await page.keyboard.press(keys);
    const problem = problemOf(region);
    await problem.getByRole('button', { name: 'Copy details' }).waitFor();
    await useTheRest(region);
    if (heals) {
      await mend();
      const again = problem.getByRole('button', { name: 'Try again' });
      // A busy service may not answer in time: then it is tried again once more.
      await eventually(async () => {
        if ((await again.count()) > 0) await again.click({ timeout: 2_000 });
        await problem.waitFor({ state: 'detached', timeout: 5_000 });
        return true;
      }, `${region} to be shown again`);
    } else if (region === 'This dialog') {
      await problem.getByRole('button', { name: 'Close' }).click();
      await problem.waitFor({ state: 'detached' });
    }
    await goOn(region);
  },
  120_000,
);

it('keeps what the gateway cannot mean out of the editor', async () => {
  await ada.api.put('/api/workspaces/garden/members/bob', { role: 'editor' });
  const eve = await stack.visitor('ada');
  const bob = await stack.visitor('bob');
  const text = JSON.stringify(nonsense);
  await breakMessages(eve.page, (packet) => packet.replace(/"(userId|actor)":"bob"/g, `"$1":${text}`));
  await eve.open('/w/garden/lamp');
  await eve.editor('lamp').waitFor();
  await bob.open('/w/garden/lamp?owner=ada');
  await bob.editor('lamp').click();
  const alert = (name: string) => eve.page.getByRole('alert').filter({ hasText: `${name} stopped working` });
  await alert('The list of people').waitFor();
  await bob.write('lamp', '{"on":true}');
  await alert('The list of changes by others').waitFor();
  await eve.write('lamp', '{"on":true,"level":3}');
  const lampIs = async () =>
    (await eve.api.get('/api/state/garden/lamp')).body as { state: { level?: number } };
  await eventually(async () => (await lampIs()).state.level === 3, 'the edit to be stored', 20_000);
  await bob.close();
  await eve.close();
}, 120_000);

it('throws nothing out of the regions', () => {
  expect(stack.complaints).toEqual([]);
});
