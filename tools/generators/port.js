// @ts-check

/**
 * A port that keeps a text for each workspace, its contract suite, its adapter in memory and the spec of that.
 * @param {string} subject
 * @param {import('./names').Names} names
 * @returns {Pick<import('./write').Generated, 'files' | 'insertions'>}
 */
function port(subject, { file, type, words }) {
  const core = 'libs/state-core/src';
  return {
    files: {
      [`${core}/${subject}/ports/${file}.ts`]: `
import type { WorkspaceKey } from '../../panels/model';

/** The ${words} of workspaces. Every method throws \`Unavailable\` when the store cannot be reached. */
export interface ${type} {
  /** Reads the text of a workspace; answers undefined where there is none. */
  read(workspace: WorkspaceKey): Promise<string | undefined>;

  /** Keeps a text for a workspace, in the place of the one before. */
  write(workspace: WorkspaceKey, text: string): Promise<void>;

  /** Removes the text of a workspace; answers whether there was one. */
  remove(workspace: WorkspaceKey): Promise<boolean>;
}
`,
      [`${core}/testing/${file}.contract.ts`]: `
import type { ${type} } from '../${subject}/ports';
import { aWorkspace } from './snapshot-builders';

/** What an adapter hands to its contract suite. */
export interface ${type}UnderTest {
  readonly adapter: ${type};
  readonly close?: () => Promise<void>;
}

/** The promises of \`${type}\`, the same for every adapter. */
export function describe${type}(name: string, open: () => Promise<${type}UnderTest>): void {
  describe(\`${words}: \${name}\`, () => {
    let subject: ${type}UnderTest;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject?.close?.());

    it('reads what was written last, of each workspace its own', async () => {
      const [one, other] = [aWorkspace(), aWorkspace()];
      await subject.adapter.write(one, 'first');
      await subject.adapter.write(one, 'second');
      await subject.adapter.write(other, 'other');
      expect([await subject.adapter.read(one), await subject.adapter.read(other)]).toEqual(['second', 'other']);
    });

    it('removes a text once', async () => {
      const workspace = aWorkspace();
      await subject.adapter.write(workspace, 'text');
      expect([await subject.adapter.remove(workspace), await subject.adapter.remove(workspace)]).toEqual([true, false]);
      expect(await subject.adapter.read(workspace)).toBeUndefined();
    });
  });
}
`,
      [`${core}/memory/memory-${file}.ts`]: `
import type { WorkspaceKey } from '../panels/model';
import type { ${type} } from '../${subject}/ports';

/** \`${type}\` within this process: for tests. */
export class Memory${type} implements ${type} {
  readonly #texts = new Map<string, string>();

  async read(workspace: WorkspaceKey): Promise<string | undefined> {
    return this.#texts.get(keyOf(workspace));
  }

  async write(workspace: WorkspaceKey, text: string): Promise<void> {
    this.#texts.set(keyOf(workspace), text);
  }

  async remove(workspace: WorkspaceKey): Promise<boolean> {
    return this.#texts.delete(keyOf(workspace));
  }
}

function keyOf({ owner, workspaceId }: WorkspaceKey): string {
  return JSON.stringify([owner, workspaceId]);
}
`,
      [`${core}/memory/memory-${file}.spec.ts`]: `
import { describe${type} } from '../testing/${file}.contract';
import { Memory${type} } from './memory-${file}';

describe${type}('memory', async () => ({ adapter: new Memory${type}() }));
`,
    },
    insertions: [
      { file: `${core}/${subject}/ports/index.ts`, line: `export * from './${file}';` },
      { file: `${core}/memory/index.ts`, line: `export * from './memory-${file}';` },
    ],
  };
}

module.exports = { port };
