/** Plain JavaScript, nothing to compile: the tools use it before anything is installed. */
module.exports = {
  displayName: 'processes',
  rootDir: __dirname,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.js'],
  transform: {},
  setupFilesAfterEnv: ['<rootDir>/../../jest.setup.cjs'],
};
