const react = require('../jest.config.cjs');

/** The same specs with the other React that is supported. */
module.exports = {
  ...react,
  rootDir: __dirname,
  displayName: 'react 18',
  testEnvironment: '<rootDir>/../testing/dom-environment.cjs',
  testPathIgnorePatterns: ['/node_modules/'],
  moduleNameMapper: {
    '^react$': 'react-18',
    '^react/(.*)$': 'react-18/$1',
    '^react-dom$': 'react-dom-18',
    '^react-dom/(.*)$': 'react-dom-18/$1',
    ...react.moduleNameMapper,
  },
};
