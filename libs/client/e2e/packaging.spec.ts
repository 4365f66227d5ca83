import path from 'node:path';
import { PublishedPackage } from '@nexus-state/test-kit';

const library = path.resolve(__dirname, '..');

describe('the package that is published', () => {
  let published: PublishedPackage;

  beforeAll(async () => {
    published = await PublishedPackage.pack(library);
  }, 120_000);

  afterAll(() => published?.remove());

  it('is what bundlers and Node.js expect (publint)', () => published.lint(), 120_000);

  it('has types for every way to import it (attw)', () => published.checkTypes(), 120_000);

  it('exports what the report of its interface says', () => published.checkReport(), 120_000);

  it('holds what was built, its README, and no source or test', async () => {
    const files = await published.files();
    expect(files).toEqual(
      expect.arrayContaining(['package/README.md', 'package/dist/index.js', 'package/package.json']),
    );
    expect(files.filter((file) => /spec|testing|e2e|\/src\/|tsbuildinfo/.test(file))).toEqual([]);
  });

  it('runs nothing when it is installed', async () => {
    const { scripts } = await published.manifest();
    expect(Object.keys(scripts).filter((name) => /install|prepare|prepublish/.test(name))).toEqual([]);
  });

  it.each([
    '@nexus-state/client',
    '@nexus-state/client/rest',
    '@nexus-state/client/indexeddb',
    '@nexus-state/client/file',
  ])(
    'gives the same by import and require: %s',
    async (entry) => {
      const { required, imported } = await published.namesOf(entry);
      expect(imported).toBe(required);
      expect(required).toMatch(/createClient|createRestClient|indexedDbStorage|fileStorage/);
    },
    60_000,
  );
});
