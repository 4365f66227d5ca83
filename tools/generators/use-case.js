// @ts-check
const { namesOf, oneOf } = require('./names');

/** Where use cases are; those of `live` are too different from each other. */
const SUBJECTS = ['limits', 'panels', 'snapshots', 'workspaces'];

/**
 * A use case that reads a panel, and its spec on the adapters in memory.
 * @param {(string | undefined)[]} args subject and name
 * @returns {import('./write').Generated}
 */
function useCase([subjectName, name]) {
  const subject = oneOf(subjectName, SUBJECTS, 'subject');
  const { file, type, value, words } = namesOf(name, 'name of the use case');
  const panels = subject === 'panels' ? '.' : '../panels';
  const folder = `libs/state-core/src/${subject}`;
  return {
    files: {
      [`${folder}/${file}.ts`]: `
import { PanelNotFound } from '../errors';
import type { Panel, PanelKey } from '${panels}/model';
import type { PanelStore } from '${panels}/ports';

/** Which panel to ${words}. */
export interface ${type} {
  readonly key: PanelKey;
}

/**
 * Reads the newest version of a panel.
 * @throws PanelNotFound when the panel was never created or is deleted
 * @throws Unavailable
 */
export async function ${value}(
  { key }: ${type},
  ports: { readonly store: PanelStore },
): Promise<Panel> {
  const panel = await ports.store.read(key);
  if (!panel || panel.deleted) throw new PanelNotFound(key.panelId);
  return panel;
}
`,
      [`${folder}/${file}.spec.ts`]: `
import { PanelNotFound } from '../errors';
import { MemoryPanelStore } from '../memory';
import { aPanelKey, anAppend } from '../testing/panel-builders';
import { ${value} } from './${file}';

describe('${value}', () => {
  it('gives the panel', async () => {
    const [store, key] = [new MemoryPanelStore(), aPanelKey()];
    await store.append([anAppend(key, 0, [{ state: { n: 1 } }])]);
    expect(await ${value}({ key }, { store })).toMatchObject({ key, version: 1 });
  });

  it('refuses a panel that was never created', async () => {
    const reading = ${value}({ key: aPanelKey() }, { store: new MemoryPanelStore() });
    await expect(reading).rejects.toThrow(PanelNotFound);
  });
});
`,
    },
    insertions: [{ file: `${folder}/index.ts`, line: `export * from './${file}';` }],
    next: [
      `Decide in ${folder}/${file}.ts, and name in @throws what it refuses with; its spec says what it promises.`,
      'Add a line to StateCore, Snapshots or Workspaces, and a route or an event that calls it.',
    ],
  };
}

module.exports = { useCase };
