import type { Page } from 'playwright';

/** What a service would never say, where a text or a list belongs. */
type Bend = (body: never) => unknown;

/**
 * Has the services answer nonsense to one page, so that what shows it throws.
 * @returns ends it
 */
export async function breakAnswers(page: Page, address: RegExp, bend: Bend): Promise<() => Promise<void>> {
  await page.route(address, async (route) => {
    if (route.request().method() === 'OPTIONS') return route.fallback();
    const response = await route.fetch();
    // Nothing of it is kept for when the service is mended.
    const { etag: _, ...headers } = response.headers();
    const json = bend((await response.json()) as never);
    await route.fulfill({ response, json, headers: { ...headers, 'cache-control': 'no-store' } });
  });
  return () => page.unroute(address);
}

/** Bends what the gateway tells a page from now on; connections that are open already stay as they are. */
export async function breakMessages(page: Page, bend: (packet: string) => string): Promise<void> {
  await page.routeWebSocket(/socket\.io/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => server.send(message));
    server.onMessage((message) => socket.send(bend(String(message))));
  });
}

/** Replaces a part of the page that is loaded when it is needed by one whose components throw. */
export async function breakPart(page: Page, part: string): Promise<() => Promise<void>> {
  const address = new RegExp(`/assets/${part}-[^/]*\\.js$`);
  await page.route(address, async (route) => {
    const body = await (await route.fetch()).text();
    const names = [...body.matchAll(/ as (\w+)/g)].map(([, name]) => name);
    const thrower = `const broken=()=>{throw new Error('The part "${part}" is broken.')};`;
    await route.fulfill({
      contentType: 'text/javascript',
      body: `${thrower}export{${[...new Set(names)].map((name) => `broken as ${name}`).join()}}`,
    });
  });
  return () => page.unroute(address);
}
