import { eventually } from '@nexus-state/state-core/testing';
import type { Page } from 'playwright';
import { ConsoleStack, type Visitor } from './console-stack';

let stack: ConsoleStack;
let ada: Visitor;
let bob: Visitor;
let page: Page;

beforeAll(async () => {
  stack = await ConsoleStack.start();
  ada = await stack.visitor('ada');
  bob = await stack.visitor('bob');
  page = ada.page;
  // Whoever takes a mouse after this fails.
  page.mouse.click = page.mouse.move = page.mouse.down = () => Promise.reject(new Error('No mouse here.'));
}, 600_000);

afterAll(() => stack?.close(), 60_000);

type Role = Parameters<Page['getByRole']>[0];

/** The panel screen as a screen reader has it. */
const panelScreen = `- link "Skip to the content":
  - /url: "#main"
- banner:
  - link "Nexus State":
    - /url: /
  - button "Find… Ctrl K"
  - button "Keyboard shortcuts"
  - button "Colours"
- status
- complementary "Workspace":
  - button "Workspace Shed": Shed
  - textbox "Search panels":
    - /placeholder: Search 1 panel
  - button "New panel"
  - navigation "Panels":
    - link "lamp":
      - /url: /w/shed/lamp
  - navigation "Pages of the workspace":
    - link "Snapshots":
      - /url: /w/shed/snapshots
    - link "Activity":
      - /url: /w/shed/activity
    - link "Members":
      - /url: /w/shed/members
    - link "Proposals":
      - /url: /w/shed/proposals
    - link "AI context":
      - /url: /w/shed/context
    - link "Keys":
      - /url: /w/shed/keys
- main:
  - region "Panel lamp":
    - heading "lamp" [level=1]
    - text: version n
    - status: Live
    - radiogroup "Show the state as":
      - radio "Text" [checked]
      - text: Text
      - radio "Tree"
      - text: Tree
    - list "People here":
      - listitem: bob, at a place
    - button "History"
    - button "More for this panel"
    - textbox "State of lamp"`;

const mostStops = 90;

/** Presses Tab until something has the focus. */
async function tabTo(role: Role, name: string | RegExp): Promise<void> {
  const target = page.getByRole(role, { name, exact: true }).first();
  // What a segment of a control is drawn over is hidden, and still takes the focus.
  await target.waitFor({ state: 'attached' });
  for (let stop = 0; stop < mostStops; stop++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to the ${role} "${name}".`);
}

async function press(role: Role, name: string | RegExp, key = 'Enter'): Promise<void> {
  await tabTo(role, name);
  await page.keyboard.press(key);
}

/** Goes somewhere by the palette. */
async function goTo(words: string, heading: string | RegExp): Promise<void> {
  await page.keyboard.press('Control+k');
  // What is typed before it has the focus goes elsewhere.
  await page.locator(':focus[placeholder="Find a workspace, panel or command"]').waitFor();
  await page.keyboard.type(words);
  await page.getByRole('dialog').getByRole('button').first().filter({ hasText: words }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
}

const lamp = async () => ((await ada.api.get('/api/state/shed/lamp')).body as { state: unknown }).state;
const lampIs = (state: unknown) =>
  eventually(
    async () => JSON.stringify(await lamp()) === JSON.stringify(state),
    `the lamp to be ${JSON.stringify(state)}`,
    20_000,
  );

it('makes a workspace and a panel, and writes into it', async () => {
  await page.keyboard.press('n');
  await page.getByRole('dialog').getByLabel('Name').waitFor();
  await page.keyboard.type('Shed');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'No active panels' }).waitFor();
  await press('button', 'New panel');
  await page.getByRole('dialog').getByLabel('Id').waitFor();
  await page.keyboard.type('lamp');
  await page.keyboard.press('Enter');
  await tabTo('textbox', 'State of lamp');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('{"level":1,"on":true}');
  await page.keyboard.press('Control+s');
  await lampIs({ level: 1, on: true });
  // Tab leaves the editor.
  await page.keyboard.press('Tab');
  expect(await ada.editor('lamp').evaluate((element) => element === document.activeElement)).toBe(false);
}, 120_000);

it('goes back in time and reverts', async () => {
  await press('button', 'History');
  await tabTo('slider', 'Version');
  await page.keyboard.press('ArrowLeft');
  await page.waitForURL(/version=1/);
  await press('radio', 'State', 'ArrowRight');
  await page.getByText('As a patch').waitFor();
  await press('button', 'Revert to version 1');
  await page.getByRole('dialog').getByText('The panel gets a new version').waitFor();
  await press('button', 'Revert');
  await lampIs({ $state: {} });
}, 120_000);

it('takes a snapshot, restores it, and undoes that', async () => {
  await goTo('Snapshots', 'Snapshots');
  await press('button', 'Take a snapshot');
  await page.getByRole('dialog').getByLabel('Description').waitFor();
  await page.keyboard.type('Tidy');
  await page.keyboard.press('Enter');
  await page.getByRole('list', { name: 'Snapshots, newest first' }).getByText('Tidy').waitFor();
  await ada.api.patch('/api/state/shed/lamp', {
    version: 3,
    patches: [{ op: 'add', path: '/level', value: 2 }],
  });
  await press('button', 'Restore Tidy');
  await page.getByRole('dialog').getByText('Restore 1 panel').waitFor();
  await press('button', 'Restore');
  await lampIs({ $state: {} });
  await press('button', 'Undo the restore');
  await lampIs({ $state: {}, level: 2 });
}, 120_000);

it('invites somebody', async () => {
  await goTo('Members', 'Members');
  await tabTo('textbox', 'User id');
  await page.keyboard.type('bob');
  await page.keyboard.press('Enter');
  await page.getByRole('list', { name: 'Members' }).getByText('bob', { exact: true }).waitFor();
}, 120_000);

it('tells a screen reader what there is on a panel', async () => {
  await ada.open('/w/shed/lamp');
  await ada.editor('lamp').waitFor();
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
  await bob.open('/w/shed/lamp?owner=ada');
  await bob.editor('lamp').focus();
  await bob.page.keyboard.press('Control+Home');
  await bob.page.keyboard.press('ArrowDown');
  await page
    .getByRole('list', { name: 'People here' })
    .getByText(/^bob, at/)
    .waitFor();
  const whole = await page.locator('body').ariaSnapshot();
  // Which changes came while it was open is another matter.
  const [told = ''] = whole.split('\n    - region "Changes by others"');
  expect(told.replace(/version \d+/, 'version n').replace(/at \/\S+/, 'at a place')).toBe(panelScreen);
}, 120_000);

it('approves a part of a proposal', async () => {
  await bob.api.post('/api/state/shed/proposals?owner=ada', {
    title: 'Brighter',
    changes: [
      {
        panelId: 'lamp',
        version: 6,
        patches: [
          { op: 'replace', path: '/level', value: 9 },
          { op: 'add', path: '/on', value: true },
        ],
      },
    ],
  });
  await ada.api.patch('/api/state/shed/lamp', {
    version: 6,
    patches: [{ op: 'replace', path: '/level', value: 3 }],
  });
  await goTo('Proposals', 'Proposals');
  await press('link', 'Brighter');
  await page.getByRole('region', { name: 'Conflict at /level' }).waitFor();
  await press('checkbox', 'add /on true', 'Space');
  await press('radio', 'Proposed', 'Space');
  await press('button', 'Approve 1 of 2 operations');
  await page.getByText('This proposal is approved').waitFor();
  await lampIs({ $state: {}, level: 9 });
}, 120_000);

it('writes a key, and looks at what a model is told, at the health, and in other colours', async () => {
  await goTo('Keys', 'Keys');
  await press('button', 'New key');
  await page.getByRole('dialog').getByLabel('Key').waitFor();
  await tabTo('textbox', 'Key');
  await page.keyboard.type('/hall');
  await tabTo('textbox', 'Value');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('1');
  await press('button', 'Save');
  await page.getByRole('button', { name: '/hall' }).waitFor();
  await goTo('AI context', /context/i);
  await page.getByRole('list', { name: 'What is told' }).waitFor();
  await goTo('Activity', 'Activity');
  await page.getByRole('list', { name: 'Changes, newest first' }).waitFor();
  await goTo('Health', /Health/);
  await press('button', 'Colours');
  await page.getByRole('menuitem', { name: 'Dark' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor({ state: 'attached' });
}, 120_000);

it.each(['/w/shed/lamp', '/w/shed/lamp/history', '/w/shed/proposals', '/w/shed/members'])(
  'shows on %s where the focus is, wherever Tab leads',
  async (address) => {
    await ada.open(address);
    await page.getByRole('link', { name: 'Members' }).waitFor();
    const hidden: string[] = [];
    let stops = 0;
    for (; stops < mostStops; stops++) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(look);
      // Behind the last one comes the browser itself, or the first again.
      if ((stop.isFirst || stop.isNothing) && stops > 0) break;
      if (!stop.isSeen) hidden.push(stop.what);
    }
    expect(hidden).toEqual([]);
    expect(stops).toBeGreaterThan(10);
    expect(stops).toBeLessThan(mostStops);
  },
  120_000,
);

/** What has the focus, whether it can be seen that it has, and whether it is the first of the page. */
function look(): {
  readonly what: string;
  readonly isSeen: boolean;
  readonly isFirst: boolean;
  readonly isNothing: boolean;
} {
  const element = document.activeElement as HTMLElement;
  const { nextElementSibling, parentElement } = element;
  const around = [element, nextElementSibling, parentElement, parentElement?.parentElement];
  const appearance = () =>
    around.map((one) => {
      if (!one) return '';
      const { outlineStyle, outlineColor, outlineWidth, boxShadow, borderColor } = getComputedStyle(one);
      const outline = outlineStyle === 'none' ? '' : `${outlineStyle} ${outlineColor} ${outlineWidth}`;
      return [outline, boxShadow, borderColor].join(' ');
    });
  const focused = JSON.stringify(appearance());
  element.blur();
  const blurred = JSON.stringify(appearance());
  element.focus({ focusVisible: true } as FocusOptions);
  const isFirst = element.classList.contains('skip-link');
  const isNothing = element === document.body;
  return { what: element.outerHTML.slice(0, 200), isSeen: focused !== blurred, isFirst, isNothing };
}
