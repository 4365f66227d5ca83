const { project } = require('../../jest.preset.cjs');

module.exports = {
  ...project(__dirname, 'react'),
  // Those are a project of their own.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/react-18/'],
  testEnvironment: '<rootDir>/testing/dom-environment.cjs',
  // The builds of packages for Node.js, not those for browsers: specs start services, too.
  testEnvironmentOptions: { customExportConditions: ['node', 'node-addons'] },
};
