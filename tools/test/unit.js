// @ts-check

/** What a spec's name or place says when it needs a server, a repository, a browser or a whole process. */
const NEEDS_MORE = ['\\.(pg|redis|git|process)\\.spec\\.[jt]sx?$', '/(e2e|browser)/', '/node_modules/'];

/** Jest's arguments for the specs that need nothing but themselves. */
const unitSpecs = NEEDS_MORE.map((pattern) => `--testPathIgnorePatterns=${pattern}`);

module.exports = { unitSpecs };
