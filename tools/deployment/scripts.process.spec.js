// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const paths = require('../paths');
const { run } = require('../process');
const { imageNames, manifestOf } = require('./deployment');
const { findKustomize } = require('./kustomize');

const scripts = path.join(paths.root, 'k8s', 'scripts');
const { version } = manifestOf('.');

jest.setTimeout(60_000);

/** @type {string} */
let folder;

// A kubectl and a docker that only write down what they are called with; what is rendered is rendered for real.
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nexus-scripts-'));
  const kustomize = (await findKustomize()).join(' ');
  standIn(
    'kubectl',
    `if [ "$1" = kustomize ]; then shift; PATH='${process.env['PATH']}' exec ${kustomize} "$@"; fi`,
  );
  standIn('docker', '');
}, 300_000);

afterAll(() => fs.rmSync(folder, { recursive: true }));
beforeEach(() => fs.writeFileSync(path.join(folder, 'calls'), ''));

/**
 * @param {string} name
 * @param {string} first what it does before it writes down how it was called; may end it
 */
function standIn(name, first) {
  const script = `#!/usr/bin/env bash
${first}
echo "${name} $*" >> '${folder}/calls'
case " $* " in
  *' get secret '*) [ -e '${folder}/secret' ] ;;
  *' create --filename - '*) cat > '${folder}/secret' ;;
  *' apply '*) [ ! -e '${folder}/changed' ] || echo 'configmap/nexus-settings configured' ;;
esac
`;
  fs.writeFileSync(path.join(folder, name), script, { mode: 0o755 });
}

/** @param {string[]} command */
async function call(...command) {
  const [script = '', ...args] = command;
  const env = { ...process.env, PATH: `${folder}${path.delimiter}${process.env['PATH']}` };
  const result = await run([path.join(scripts, script), ...args], { env });
  return {
    ...result,
    calls: fs.readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n').filter(Boolean),
  };
}

/** @param {string} name */
const there = (name) => fs.existsSync(path.join(folder, name));

describe.each(['build-images.sh', 'deploy.sh'])('%s', (script) => {
  it('is strict, and prints its usage', async () => {
    const text = fs.readFileSync(path.join(scripts, script), 'utf8');
    expect(text).toContain('\nset -euo pipefail\n');
    const { code, output, calls } = await call(script, '--help');
    expect([code, calls]).toEqual([0, []]);
    expect(output).toMatch(/^Usage: /);
    for (const [, option] of text.matchAll(/^ {4}(--[a-z-]+)(?: \||\))/gm)) expect(output).toContain(option);
  });

  it.each([['--nothing-like-it'], ['nothing-like-it'], ['--']])(
    'refuses %s with a sentence',
    async (word) => {
      const { code, output, calls } = await call(script, word);
      expect([code, calls]).toEqual([2, []]);
      expect(output).toMatch(/^(build-images|deploy)\.sh: there is no (option|service|overlay) [^\n]*\.\n$/);
    },
  );
});

describe('build-images.sh', () => {
  it('builds every image from its Dockerfile, then pushes', async () => {
    const { code, calls } = await call('build-images.sh', '--registry', 'registry.example', '--push');
    expect(code).toBe(0);
    const names = imageNames.map((service) => `registry.example/nexus-state/${service}:${version}`);
    expect(calls).toHaveLength(2 * names.length);
    for (const [index, service] of imageNames.entries()) {
      expect(calls[index]).toMatch(`docker build --file docker/${service}/Dockerfile `);
      expect(calls[index]).toMatch(` --tag ${names[index]} .`);
    }
    expect(calls.slice(names.length)).toEqual(names.map((name) => `docker push ${name}`));
  });

  it('builds those that are named, under another tag, with nodegit as it is asked for', async () => {
    const { calls } = await call(
      'build-images.sh',
      'snapshot-worker',
      '--tag',
      'next',
      '--nodegit',
      'required',
    );
    expect(calls).toEqual([
      'docker build --file docker/snapshot-worker/Dockerfile --build-arg NODEGIT=required --tag nexus-state/snapshot-worker:next .',
    ]);
  });

  it('says what it would do, and does nothing', async () => {
    const { code, output, calls } = await call('build-images.sh', '--dry-run', '--push');
    expect([code, calls]).toEqual([0, []]);
    expect(output.match(/^\+ docker build/gm)).toHaveLength(imageNames.length);
  });
});

describe('deploy.sh', () => {
  const steps = (/** @type {string[]} */ calls) =>
    calls.flatMap(
      (line) => / --selector (.*)$/.exec(line)?.[1] ?? / (delete job|wait) /.exec(line)?.[1] ?? [],
    );

  it('applies stores, then the migration, then the services', async () => {
    fs.writeFileSync(path.join(folder, 'secret'), '');
    const { code, output, calls } = await call(
      'deploy.sh',
      'production',
      '--context',
      'far',
      '--timeout',
      '1m',
    );
    expect([code, output]).toEqual([0, expect.stringContaining('Nexus State runs in the namespace nexus.')]);
    expect(calls.every((line) => line.startsWith('kubectl --context far '))).toBe(true);
    expect(steps(calls)).toEqual([
      'app.kubernetes.io/component=shared',
      'app.kubernetes.io/component in (store,ingress)',
      'delete job',
      'app.kubernetes.io/component=migration',
      'wait',
      'app.kubernetes.io/component in (service,console)',
    ]);
    const waited = calls.flatMap((line) => /rollout status (\S+) --timeout 1m/.exec(line)?.[1] ?? []);
    expect(waited).toEqual(['statefulset/redis', ...imageNames.map((service) => `deployment/${service}`)]);
  });

  it('restarts the services when their settings have changed', async () => {
    fs.writeFileSync(path.join(folder, 'secret'), '');
    fs.writeFileSync(path.join(folder, 'changed'), '');
    const { calls } = await call('deploy.sh', 'production');
    fs.rmSync(path.join(folder, 'changed'));
    expect(calls.filter((line) => line.includes('rollout restart deployment'))).toHaveLength(1);
  });

  it('does not go on in production without the Secret', async () => {
    fs.rmSync(path.join(folder, 'secret'), { force: true });
    const { code, output, calls } = await call('deploy.sh', 'production');
    expect([code, there('secret')]).toEqual([1, false]);
    expect(output).toContain('the Secret nexus-secrets is missing');
    expect(steps(calls)).toEqual(['app.kubernetes.io/component=shared']);
  });

  it('makes a Secret for local, other each time, and hands it over by standard input', async () => {
    const made = [];
    for (let turn = 0; turn < 2; turn++) {
      fs.rmSync(path.join(folder, 'secret'), { force: true });
      const { code, calls } = await call('deploy.sh', 'local');
      expect([code, there('secret')]).toEqual([0, true]);
      const secret = fs.readFileSync(path.join(folder, 'secret'), 'utf8');
      const [, password = 'none'] = /POSTGRES_PASSWORD: ([0-9a-f]{48})$/m.exec(secret) ?? [];
      expect(secret).toContain(`DATABASE_URL: postgresql://nexus:${password}@postgres:5432/nexus\n`);
      expect(secret).toMatch(/JWT_SECRET_KEY: [0-9a-f]{48}$/m);
      expect(calls.join('\n')).not.toContain(password);
      made.push(password);
    }
    expect(made[0]).not.toBe(made[1]);
  });

  it('says what it would do, and does nothing', async () => {
    const { code, output, calls } = await call('deploy.sh', 'local', '--dry-run');
    expect([code, calls]).toEqual([0, []]);
    expect(output.match(/^\+ kubectl .*/gm)?.length).toBeGreaterThan(8);
  });
});
