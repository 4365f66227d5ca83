import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What of a package.json says what comes with an installation. */
export interface PublishedManifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** A package of this checkout as npm would publish it. It has to be built. */
export class PublishedPackage {
  private constructor(
    private readonly library: string,
    private readonly folder: string,
    private readonly archive: string,
  ) {}

  /** Packs the package of a folder. */
  static async pack(library: string): Promise<PublishedPackage> {
    const folder = await mkdtemp(path.join(tmpdir(), `${path.basename(library)}-package-`));
    await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
      cwd: library,
    });
    return new PublishedPackage(library, folder, path.join(folder, (await readdir(folder))[0] as string));
  }

  /** Fails where it is not what bundlers and Node.js expect (publint). */
  async lint(): Promise<void> {
    await run(this.#tool('publint'), [this.archive, '--strict']);
  }

  /** Fails where a way to import it has no types (attw). */
  async checkTypes(): Promise<void> {
    await run(this.#tool('attw'), [this.archive]);
  }

  /** Fails where it exports something else than the report of its interface says. */
  async checkReport(): Promise<void> {
    const reporter = path.join(this.library, '../../tools/api-report/main.js');
    await run(process.execPath, [reporter, this.library, '--check']);
  }

  /** The paths in it, sorted. */
  async files(): Promise<readonly string[]> {
    const { stdout } = await run('tar', ['tzf', this.archive]);
    return stdout.trim().split('\n').sort();
  }

  async manifest(): Promise<PublishedManifest> {
    return JSON.parse(await readFile(path.join(this.library, 'package.json'), 'utf8')) as PublishedManifest;
  }

  /** The names that an entry exports, sorted, by `require` and by `import`. @param entry such as `@nexus-state/client/file` */
  async namesOf(entry: string): Promise<{ readonly required: string; readonly imported: string }> {
    const show = 'console.log(Object.keys(all).filter((name) => name !== "default").sort().join())';
    const names = async (type: string, code: string) => {
      const args = [`--input-type=${type}`, '--eval', `${code}; ${show}`];
      return (await run(process.execPath, args, { cwd: this.library })).stdout;
    };
    const required = await names('commonjs', `const all = require('${entry}')`);
    return { required, imported: await names('module', `import * as all from '${entry}'`) };
  }

  /** Removes what was packed. */
  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }

  #tool(name: string): string {
    return path.join(this.library, '../../node_modules/.bin', name);
  }
}
