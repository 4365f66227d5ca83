// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { nodeVersionTrouble } = require('../bootstrap/node-version');
const paths = require('../paths');
const { libsOf, imageNames, images } = require('./deployment');
const { readDockerfile, stageOf, stagesOf } = require('./dockerfile');

const nodeVersion = fs.readFileSync(path.join(paths.root, '.nvmrc'), 'utf8').trim();

describe.each(imageNames)('the image of %s', (service) => {
  const stages = stagesOf(service);
  const image = stageOf(service);

  it('is made from images with a version', () => {
    for (const { image: base } of stages) {
      const isStage = stages.some(({ name }) => name === base);
      if (!isStage) expect(base).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim$/);
    }
    const version = image.image.replace(/^node:([\d.]+).*$/, '$1');
    expect(version.split('.')[0]).toBe(nodeVersion.split('.')[0]);
    expect(nodeVersionTrouble(version)).toBeUndefined();
  });

  it('runs as a user without rights, by number, so that Kubernetes can check it', () => {
    expect(image.user).toBe('1000:1000');
  });

  it('starts without a shell, so that SIGTERM arrives', () => {
    expect(image.command).toEqual(['node', `apps/${service}/dist/main.js`]);
    expect(stages.flatMap(({ instructions }) => instructions.map(({ keyword }) => keyword))).not.toContain(
      'SHELL',
    );
    const startsGit = images[service].repositories !== 'none';
    expect(image.entrypoint).toEqual(startsGit ? ['/usr/bin/tini', '--'] : undefined);
  });

  it('is asked about its health by node, on its own port', () => {
    const { portSetting, grpcSetting } = images[service];
    expect(image.healthCheck).toEqual(['node', 'health-check.js', portSetting]);
    const grpc = grpcSetting === undefined ? [] : [image.env[grpcSetting]];
    expect(image.ports).toEqual([image.env[portSetting], ...grpc]);
  });

  it('holds no secret', () => {
    for (const { env, instructions } of stages) {
      expect(Object.keys(env).filter((name) => /SECRET|PASSWORD|TOKEN|KEY|_URL/.test(name))).toEqual([]);
      const secretArguments = instructions.filter(
        ({ keyword, text }) => keyword === 'ARG' && /SECRET|PASSWORD|TOKEN|KEY/i.test(text),
      );
      expect(secretArguments).toEqual([]);
    }
  });

  it('installs for the libs that the app is made of, and no others', () => {
    const manifests = stageOf(service, 'manifests').copies.flatMap(({ sources }) => sources);
    const wanted = [...libsOf(`apps/${service}`), `apps/${service}`].map(
      (folder) => `${folder}/package.json`,
    );
    expect(manifests).toEqual(['package.json', 'package-lock.json', '.npmrc', ...wanted]);
    expect(stageOf(service, 'production').instructions.map(({ text }) => text)).toContain(
      'npm ci --omit=dev --omit=optional --ignore-scripts',
    );
  });

  it('holds what was built of them, and nothing else of the checkout but its health check', () => {
    const built = image.copies.filter(({ from }) => from === 'build').flatMap(({ sources }) => sources);
    const wanted = [...libsOf(`apps/${service}`), `apps/${service}`].map((folder) => `/build/${folder}/dist`);
    const published = built.filter((source) => source === '/build/libs/contracts/proto');
    expect(published).toHaveLength(service === 'state-api' ? 1 : 0);
    expect(built.filter((source) => source !== '/build/libs/contracts/proto')).toEqual(wanted);
    const fromCheckout = image.copies.filter(({ from }) => from === undefined);
    expect(fromCheckout).toEqual([{ from: undefined, sources: ['docker/health-check.js'], target: './' }]);
  });

  it('copies what is there, from stages that are there', () => {
    for (const { copies } of stages) {
      for (const { from, sources } of copies) {
        if (from !== undefined) expect(stages.map(({ name }) => name)).toContain(from);
        else for (const source of sources) expect([source, exists(source)]).toEqual([source, true]);
      }
    }
  });

  it('keeps the repositories in a volume, where the app works with them', () => {
    const mounts = images[service].repositories === 'none' ? [] : ['/data/git'];
    expect(image.volumes).toEqual(mounts);
    expect(image.env.GIT_WORKSPACE_ROOT).toBe(mounts[0]);
  });
});

const exists = (/** @type {string} */ source) => fs.existsSync(path.join(paths.root, source));

describe('the image of snapshot-worker', () => {
  it('builds nodegit from what the recipe requires', () => {
    const nodegit = stageOf('snapshot-worker', 'nodegit');
    const copied = nodegit.copies.flatMap(({ sources }) => sources);
    expect(
      required('tools/nodegit/main.js').filter((file) => !copied.some((place) => file.startsWith(place))),
    ).toEqual([]);
    const image = stageOf('snapshot-worker');
    const target = image.copies.find(({ from }) => from === 'nodegit')?.target;
    expect(image.env.GIT_NODEGIT_FOLDER).toBe(target);
  });
});

/**
 * The files of ours that a script requires, from the top of the checkout.
 * @param {string} file
 * @param {Set<string>} [seen]
 * @returns {string[]}
 */
function required(file, seen = new Set()) {
  if (seen.has(file)) return [];
  seen.add(file);
  const text = fs.readFileSync(path.join(paths.root, file), 'utf8');
  const next = [...text.matchAll(/require\('(\.[^']*)'\)/g)].map(([, name = '']) =>
    path.relative(paths.root, require.resolve(path.join(paths.root, path.dirname(file), name))),
  );
  return [file, ...next.flatMap((name) => required(name, seen))];
}

describe('what the engine is given to build with', () => {
  it('leaves out secrets, and what is installed or built', () => {
    const ignored = fs.readFileSync(path.join(paths.root, '.dockerignore'), 'utf8').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['*', 'docker/.env', '**/node_modules', '**/dist']));
    expect(ignored.indexOf('docker/.env')).toBeGreaterThan(ignored.indexOf('!docker'));
    for (const service of imageNames)
      for (const { copies } of stagesOf(service))
        for (const { from, sources } of copies)
          for (const source of from === undefined ? sources : [])
            expect(ignored).toContain(`!${source.split('/')[0]}`);
  });
});

describe('reading a Dockerfile', () => {
  it('distinguishes lines for a shell from commands', () => {
    const [stage] = readDockerfile(
      'FROM node:20\nHEALTHCHECK CMD curl localhost\nENTRYPOINT run\nCMD node main.js\n',
    );
    expect(stage).toMatchObject({ command: undefined, entrypoint: undefined, healthCheck: undefined });
  });

  it('sees every variable, user and copy', () => {
    const [first, second] = readDockerfile(
      'FROM node:20 AS build\nFROM node:20\nENV A=1 \\\n  API_KEY=2\nCOPY --from=build /a /b /c/\nUSER root\n',
    );
    expect(first?.name).toBe('build');
    expect(second).toMatchObject({ env: { A: '1', API_KEY: '2' }, user: 'root' });
    expect(second?.copies).toEqual([{ from: 'build', sources: ['/a', '/b'], target: '/c/' }]);
  });
});
