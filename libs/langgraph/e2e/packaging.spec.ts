import path from 'node:path';
import { PublishedPackage } from '@nexus-state/test-kit';

const library = path.resolve(__dirname, '..');

describe('the package that is published', () => {
  let published: PublishedPackage;

  beforeAll(async () => {
    published = await PublishedPackage.pack(library);
  });

  afterAll(() => published?.remove());

  it('is what bundlers and Node.js expect (publint)', () => published.lint());

  it('has types for every way to import it (attw)', () => published.checkTypes());

  it('exports what the report of its interface says', () => published.checkReport());

  it('holds what was built, its README, and no source or test', async () => {
    const files = await published.files();
    expect(files).toEqual(
      expect.arrayContaining(['package/README.md', 'package/dist/index.js', 'package/package.json']),
    );
    expect(files.filter((file) => /spec|testing|e2e|\/src\/|tsbuildinfo/.test(file))).toEqual([]);
  });

  it('runs nothing when it is installed, and leaves LangGraph to the one who installs it', async () => {
    const { scripts, dependencies } = await published.manifest();
    expect(Object.keys(scripts).filter((name) => /install|prepare|prepublish/.test(name))).toEqual([]);
    expect(Object.keys(dependencies)).toEqual(['@nexus-state/client']);
  });

  it('gives the same by import and require', async () => {
    const { required, imported } = await published.namesOf('@nexus-state/langgraph');
    expect(imported).toBe(required);
    expect(required).toBe('CheckpointConflictError,NexusSaver\n');
  });
});
