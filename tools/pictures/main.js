#!/usr/bin/env node
// @ts-check
// Takes a picture of every screen of the console, light and dark, wide and narrow, against services that run: `npm start`.
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { chromium: browsers } = require('playwright');
const { chromium } = require('../chromium/main');
const { Failure } = require('../process');
const paths = require('../paths');
const { developmentToken } = require('../start/token');
const { main } = require('../terminal/main');
const { say } = require('../terminal/say');
const { demoGarden } = require('./demo-garden');
const { screens } = require('./screens');

const HELP = `Usage: node tools/pictures/main.js [options]

Takes a picture of every screen of the console, in both colour schemes and on a wide and a narrow page.

  --data <folder>     of the npm start that runs (else .nexus)
  --console <url>     of its console (else http://127.0.0.1:8080)
  --to <folder>       where the pictures go (else coverage/pictures)
  --only <screen>     takes only this one
  --size <size>       takes only the wide or the narrow ones
  --help              this text`;

const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 360, height: 740 } };

async function take() {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: path.join(paths.root, '.nexus') },
      console: { type: 'string', default: 'http://127.0.0.1:8080' },
      to: { type: 'string', default: path.join(paths.root, 'coverage', 'pictures') },
      only: { type: 'string' },
      size: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    say(HELP);
    return 0;
  }
  const { url, secret } = running(values.data);
  const ada = asking(url, developmentToken(secret, undefined, 'ada'));
  const garden = await demoGarden(
    ada,
    async (workspace) => {
      await ada('PUT', `/api/workspaces/${workspace}/members/bob`, { role: 'editor' });
      return asking(url, developmentToken(secret, undefined, 'bob'));
    },
    'ada',
  );
  const wanted = screens(garden).filter(({ name }) => !values.only || name === values.only);
  fs.mkdirSync(values.to, { recursive: true });
  const browser = await browsers.launch({ executablePath: await chromium(), args: ['--no-sandbox'] });
  try {
    const token = developmentToken(secret, undefined, 'ada');
    for (const [size, viewport] of Object.entries(sizes)) {
      if (values.size && size !== values.size) continue;
      const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
      const content = `sessionStorage.setItem('nexus-console-token', ${JSON.stringify(token)})`;
      await context.addInitScript({ content });
      for (const screen of wanted) {
        const page = await context.newPage();
        await shoot(page, screen, values.console, (scheme) =>
          path.join(values.to, `${screen.name}-${size}-${scheme}.png`),
        );
        await page.close();
      }
      await context.close();
    }
  } finally {
    await browser.close();
  }
  say(`${wanted.length} screens in ${values.to}`);
  return 0;
}

/**
 * @param {import('playwright').Page} page
 * @param {import('./screens').Screen} screen
 * @param {string} console
 * @param {(scheme: 'light' | 'dark') => string} fileOf
 */
async function shoot(page, { name, address, prepare }, console, fileOf) {
  await page.goto(console + address);
  await settled(page);
  await prepare?.(page);
  await settled(page);
  for (const scheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor({ state: 'attached' });
    await settled(page);
    await page.screenshot({ path: fileOf(scheme) });
  }
  say(name);
}

/** Waits until nothing is loading any more. @param {import('playwright').Page} page */
async function settled(page) {
  await page.locator('header.topbar').waitFor();
  await page.waitForFunction(() => {
    const { document } = /** @type {any} */ (globalThis);
    const isMoving = (/** @type {any} */ animation) => animation.playState === 'running';
    return (
      document.querySelectorAll('.mantine-Skeleton-root').length === 0 &&
      !document.getAnimations().some(isMoving)
    );
  });
}

/**
 * Where the services are, and what signs their tokens.
 * @param {string} data
 */
function running(data) {
  try {
    const { url } = JSON.parse(fs.readFileSync(path.join(data, 'addresses.json'), 'utf8'));
    return { url: String(url), secret: fs.readFileSync(path.join(data, 'jwt-secret'), 'utf8').trim() };
  } catch {
    throw new Failure(`Nothing was started with its data in ${data}. Run npm start first.`);
  }
}

/**
 * @param {string} url
 * @param {string} token
 * @returns {import('./demo-garden').Ask}
 */
function asking(url, token) {
  return async (method, at, body) => {
    const response = await fetch(url + at, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Failure(`${method} ${at} was answered ${response.status}: ${text}`);
    return text ? JSON.parse(text) : undefined;
  };
}

void main(take);
