// @ts-check
const domain = ['core', 'documents'];

/**
 * The kinds of projects (`type:…` in their tags), and for each the kinds that it may import. Lint and the spec of the
 * project graph both read it.
 * @type {Record<string, string[]>}
 */
const mayImport = {
  documents: [],
  contracts: [],
  processes: [],
  core: ['documents'],
  embedded: ['processes'],
  test: [...domain, 'embedded'],
  adapter: [...domain, 'adapter', 'test'],
  kit: [...domain, 'contracts', 'adapter'],
  wiring: [...domain, 'contracts', 'adapter', 'kit'],
  app: [...domain, 'contracts', 'adapter', 'kit', 'wiring', 'test'],
  e2e: [...domain, 'contracts', 'adapter', 'test'],
  tool: [...domain, 'contracts', 'adapter', 'processes', 'embedded'],
};

module.exports = { mayImport };
