import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as client from '@nexus-state/client';
import { testToken } from '@nexus-state/test-kit';
import { transform } from '@swc/core';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import * as runtime from 'react/jsx-runtime';
import * as dom from 'react-dom/client';
import * as hooks from '../src';
import type { Garden } from './garden';

/** The examples of the README as one module, in the place of which these are its imports. */
async function examples(): Promise<string> {
  const text = await readFile(path.join(__dirname, '../README.md'), 'utf8');
  return Array.from(text.matchAll(/^```tsx\n(.*?)^```/gms), ([, code]) => code).join('\n');
}

/** That the README says what is so. */
export function describeReadme(garden: () => Garden): void {
  it('the examples of the README make a page that works', async () => {
    const source = (await examples())
      .replace('http://127.0.0.1:8001', garden().api.url)
      .replace('http://127.0.0.1:8002', garden().gateway.url)
      // The component that the page does not use is shown, too, where there is a lamp: what it throws before has no boundary here.
      .replace('<Brightness />', '<Brightness /><Suspense fallback="…"><LampName /></Suspense>')
      // What the page makes can be ended.
      .concat('\nexport { nexus };');
    const { code } = await transform(`import { Suspense } from 'react';\n${source}`, {
      jsc: {
        parser: { syntax: 'typescript', tsx: true },
        transform: { react: { runtime: 'automatic' } },
        target: 'es2022',
      },
      module: { type: 'commonjs' },
    });
    const modules: Record<string, unknown> = {
      '@nexus-state/client': client,
      '@nexus-state/react': hooks,
      'react/jsx-runtime': runtime,
      'react-dom/client': dom,
      react: await import('react'),
    };
    const root = document.body.appendChild(document.createElement('div'));
    root.id = 'root';
    const token = testToken(`user-${randomUUID()}`);
    const made = {};
    const run = new Function('require', 'exports', 'fetchToken', code) as (...given: unknown[]) => void;
    run(
      (name: string) => modules[name],
      made,
      async () => token,
    );

    fireEvent.click(await screen.findByText('Make a lamp'));
    const brightness = await screen.findByRole('status');
    await waitFor(() => expect(brightness.textContent).toBe('40'));
    fireEvent.click(screen.getByText('Brighter'));
    expect((await screen.findByText('50')).tagName).toBe('OUTPUT');
    await waitFor(() => expect(root.textContent).toContain('Version 2: 50'));
    await waitFor(() => expect(root.textContent).toContain('updated by'));
    fireEvent.click(screen.getByText('Off'));
    await waitFor(() => expect(root.textContent).toContain('Version 3: 50'));
    fireEvent.click(screen.getByText('Before'));
    await waitFor(() => expect(root.textContent).toContain('Version 2: 50'));
    fireEvent.click(screen.getByText('Before'));
    await waitFor(() => expect(root.textContent).toContain('Version 1: 40'));
    for (let undone = 0; undone < 2; undone++) fireEvent.click(screen.getByText('Undo'));
    await waitFor(() => expect(brightness.textContent).toBe('40'));
    fireEvent.focusIn(screen.getByText(/others/));
    await waitFor(() => expect(root.textContent).toMatch(/live, 0 others, \d changes, the last one of lamp/));
    expect(screen.getByText('Lamp', { selector: 'b' })).toBeDefined();
    await (made as { readonly nexus: client.NexusClient }).nexus.close();
  });
}
