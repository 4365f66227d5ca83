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
  client: [...domain, 'contracts', 'lib', 'test'],
  cli: [...domain, 'client', 'test'],
  hooks: ['client', 'test'],
  checkpointer: ['client', 'test'],
  lib: ['documents', 'test'],
  embedded: ['processes'],
  test: [...domain, 'embedded'],
  adapter: [...domain, 'adapter', 'lib', 'test'],
  kit: [...domain, 'contracts', 'adapter', 'lib'],
  wiring: [...domain, 'contracts', 'adapter', 'kit', 'lib'],
  app: [...domain, 'contracts', 'adapter', 'kit', 'lib', 'wiring', 'test'],
  console: ['core', 'hooks', 'test'],
  e2e: [...domain, 'contracts', 'adapter', 'lib', 'test'],
  tool: [...domain, 'contracts', 'adapter', 'lib', 'processes', 'embedded'],
};

module.exports = { mayImport };
