// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { Failure, run } = require('../../process');

const fsync = ['-c', 'core.fsync=all'];

/** Git as a plain script uses it: the files are there as text already, nothing is checked, recorded or announced. */
class BareGit {
  /** @param {string} gitDir */
  constructor(gitDir) {
    this.gitDir = gitDir;
  }

  async init() {
    fs.mkdirSync(path.dirname(this.gitDir), { recursive: true });
    await this.#git(['init', '--bare', '--quiet', '--initial-branch=main', this.gitDir]);
  }

  /**
   * One commit through one plain `git fast-import`, as durable as ours.
   * @param {readonly (readonly [string, string])[]} files path and text of those that changed
   * @param {boolean} isFirst
   */
  async commit(files, isFirst) {
    const changes = files.map(([file, text]) => `M 100644 inline ${file}\n${data(text)}`);
    const who = `Bench <bench@example.invalid> ${Math.floor(Date.now() / 1000)} +0000`;
    const head = `commit refs/heads/main\ncommitter ${who}\n${data('A commit')}`;
    await this.#git(
      [...fsync, 'fast-import', '--quiet', '--done'],
      `${head}${isFirst ? '' : 'from refs/heads/main^0\n'}${changes.join('')}done\n`,
    );
  }

  /** Everything at the tip, as `git archive` writes it. */
  async read() {
    await this.#git(['archive', '--format=tar', 'main']);
  }

  /**
   * @param {string[]} args
   * @param {string} [input]
   */
  async #git(args, input) {
    const { code, output } = await run(['git', `--git-dir=${this.gitDir}`, ...args], { input });
    if (code !== 0) throw new Failure(`git ${args.join(' ')}: ${output}`);
  }
}

/** @param {string} text */
function data(text) {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

module.exports = { BareGit };
