const { readdirSync, existsSync } = require('node:fs');
const path = require('node:path');

const projects = ['libs', 'libs/adapters', 'libs/react', 'apps', 'tests', '.']
  .flatMap((folder) =>
    folder === '.' ? ['tools'] : readdirSync(path.join(__dirname, folder)).map((name) => `${folder}/${name}`),
  )
  .filter((folder) => existsSync(path.join(__dirname, folder, 'jest.config.cjs')));

/** Every project's tests in one run; `npm test` starts the services they need. */
module.exports = { projects: projects.map((folder) => `<rootDir>/${folder}`) };
