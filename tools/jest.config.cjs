/** The tools' own specs: plain JavaScript, nothing to compile. */
module.exports = {
  displayName: 'tools',
  rootDir: __dirname,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/**/*.spec.js'],
  transform: {},
  setupFilesAfterEnv: ['<rootDir>/../jest.setup.cjs'],
};
