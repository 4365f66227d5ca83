import { ConsoleStack, type Visitor } from './console-stack';

let stack: ConsoleStack;
let ada: Visitor;

beforeAll(async () => {
  stack = await ConsoleStack.start();
  ada = await stack.visitor('ada');
  await ada.api.post('/api/state/garden/lamp', { initialState: { name: 'Lamp', on: false, brightness: 40 } });
  await ada.api.post('/api/state/garden/notes', { initialState: { text: 'Water the roses. '.repeat(400) } });
}, 600_000);

afterAll(() => stack?.close(), 60_000);

it('shows what a model is told within a budget, what is left out, and what has changed since', async () => {
  const { page } = ada;
  await ada.open('/w/garden');
  await page.getByRole('link', { name: 'AI context' }).first().click();
  const told = page.getByRole('list', { name: 'What is told' });
  await told
    .getByRole('link', { name: /^lamp@1/ })
    .first()
    .waitFor();
  expect(await ada.audit('context')).toEqual([]);

  const text = page.getByLabel('Text of the context');
  await page.getByLabel('Tokens').fill('120');
  await page.getByRole('list', { name: 'What is left out' }).getByText('does not fit').first().waitFor();
  const status = await page.getByRole('status').filter({ hasText: 'revision 2' }).innerText();
  const [, tokens = ''] = /^([\d,]+) of 120 tokens/.exec(status) ?? [];
  expect(Number(tokens)).toBeLessThanOrEqual(120);

  await page.getByRole('button', { name: 'Only what changes from now on' }).click();
  await page.getByText('There is nothing to tell').waitFor();
  await ada.api.patch('/api/state/garden/lamp', {
    version: 1,
    patches: [{ op: 'replace', path: '/brightness', value: 80 }],
  });
  await page.getByLabel('Format').selectOption('json');
  await text.getByText('80').waitFor();

  await page.getByLabel('Changed since revision').fill('99');
  await page.getByText('The context could not be made').waitFor();
  await page.getByLabel('Changed since revision').fill('');
  await page.getByLabel('Tokens').fill('4000');
  await page.getByLabel('Question').fill('roses');
  await text.getByText('roses').first().waitFor();
  await told
    .getByRole('link', { name: /^lamp@2/ })
    .or(told.getByRole('link', { name: /^notes@1/ }))
    .first()
    .click();
  await page
    .getByRole('heading', { name: /lamp|notes/ })
    .first()
    .waitFor();
  expect(stack.complaints).toEqual([]);
}, 300_000);
