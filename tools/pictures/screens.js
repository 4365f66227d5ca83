// @ts-check
// Every screen of the console: where it is, and what is done there before it is shown.

/** @typedef {import('playwright').Page} Page */

/**
 * @typedef {object} Screen
 * @property {string} name
 * @property {string} address
 * @property {(page: Page) => Promise<unknown>} [prepare]
 */

/**
 * @param {import('./demo-garden').Garden} garden
 * @returns {Screen[]}
 */
function screens({ workspace, turnId, proposalId }) {
  const at = `/w/${workspace}`;
  const click = (/** @type {string | RegExp} */ name) => (/** @type {Page} */ page) =>
    page.getByRole('button', { name }).first().click();
  const choose = (/** @type {string} */ text) => (/** @type {Page} */ page) =>
    page.getByText(text, { exact: true }).first().click();
  return [
    { name: 'launcher', address: '/' },
    { name: 'create-workspace', address: '/', prepare: click('New workspace') },
    { name: 'workspace', address: at },
    { name: 'panel', address: `${at}/lamp` },
    {
      name: 'panel-tree',
      address: `${at}/watering`,
      prepare: async (page) => {
        await choose('Tree')(page);
        for (const member of ['$state', 'beds', '0:'])
          await page.getByRole('treeitem', { name: member }).last().click();
      },
    },
    { name: 'create-panel', address: at, prepare: (page) => page.keyboard.press('n') },
    { name: 'palette', address: at, prepare: (page) => search(page, 'tomatoes') },
    { name: 'shortcuts', address: at, prepare: click('Keyboard shortcuts') },
    { name: 'workspace-menu', address: at, prepare: openMenu },
    { name: 'history', address: `${at}/lamp/history?version=3` },
    { name: 'history-change', address: `${at}/lamp/history?version=3`, prepare: choose('Change') },
    { name: 'history-compare', address: `${at}/lamp/history?version=1`, prepare: choose('Compare') },
    { name: 'history-blame', address: `${at}/lamp/history`, prepare: choose('Who wrote it') },
    { name: 'revert', address: `${at}/lamp/history?version=1`, prepare: click(/^Revert to/) },
    { name: 'snapshots', address: `${at}/snapshots` },
    {
      name: 'snapshot-diff',
      address: `${at}/snapshots`,
      prepare: click('Compare Before the summer with now'),
    },
    { name: 'snapshot-restore', address: `${at}/snapshots`, prepare: click('Restore Before the summer') },
    { name: 'proposals', address: `${at}/proposals` },
    { name: 'proposal', address: `${at}/proposals/${proposalId}` },
    { name: 'approval-rules', address: `${at}/proposals/rules` },
    { name: 'context', address: `${at}/context` },
    { name: 'keys', address: `${at}/keys` },
    { name: 'members', address: `${at}/members` },
    { name: 'activity', address: `${at}/activity` },
    { name: 'turns', address: `${at}/activity/turns` },
    { name: 'turn', address: `${at}/activity/turns/${turnId}` },
    {
      name: 'take-back',
      address: `${at}/activity/turns/${turnId}`,
      prepare: click('Take this turn back'),
    },
    {
      name: 'health',
      address: '/health',
      prepare: async (page) => {
        await page
          .getByText(/^healthy/)
          .first()
          .waitFor();
        // Until there is something to draw.
        await page
          .getByRole('img', { name: /^Requests per second, now \d/ })
          .first()
          .waitFor();
      },
    },
    { name: 'not-found', address: '/nowhere' },
  ];
}

/** @param {Page} page */
async function openMenu(page) {
  const sidebar = page.getByRole('button', { name: 'Open the sidebar' });
  if (await sidebar.isVisible()) await sidebar.click();
  await page.getByRole('button', { name: 'Workspace Greenhouse' }).click();
}

/**
 * @param {Page} page
 * @param {string} words
 */
async function search(page, words) {
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Find a workspace, panel or command').fill(words);
  await page.getByRole('dialog').getByRole('button').filter({ hasText: words }).first().waitFor();
}

module.exports = { screens };
