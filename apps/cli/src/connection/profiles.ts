import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../cli/failures';

/** How to reach a service, and as whom. */
export interface Profile {
  readonly url?: string;
  readonly realtimeUrl?: string;
  readonly token?: string;
  /** The data folder of a development stack, which says address and token itself: both are new after each start. */
  readonly stack?: string;
  readonly owner?: string;
  /** The workspace that is meant where a command names none. */
  readonly workspace?: string;
}

/** All profiles of a user. */
export interface Profiles {
  readonly current: string;
  readonly profiles: Readonly<Record<string, Profile>>;
}

const none: Profiles = { current: 'default', profiles: {} };

/** Profiles in a file that only its user can read, since tokens are in it. */
export class ProfileFile {
  constructor(readonly file: string) {}

  /** @throws Failure where the file is damaged */
  async read(): Promise<Profiles> {
    let text: string;
    try {
      text = await readFile(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return none;
      throw new Failure(`The profiles in ${this.file} cannot be read: ${(error as Error).message}`);
    }
    try {
      const { current = none.current, profiles = {} } = JSON.parse(text) as Partial<Profiles>;
      return { current, profiles };
    } catch {
      throw new Failure(
        `The profiles in ${this.file} are not JSON.`,
        undefined,
        `rm ${this.file}; nexus login`,
      );
    }
  }

  /** Changes the profiles: the file is replaced as a whole, so that a reader never sees half of it. */
  async update(change: (profiles: Profiles) => Profiles): Promise<Profiles> {
    const changed = change(await this.read());
    await mkdir(path.dirname(this.file), { recursive: true, mode: 0o700 });
    const draft = `${this.file}.${process.pid}`;
    await writeFile(draft, `${JSON.stringify(changed, null, 2)}\n`, { mode: 0o600 });
    await chmod(draft, 0o600);
    await rename(draft, this.file);
    return changed;
  }
}

/** Profiles with one added or replaced. */
export function withProfile(all: Profiles, name: string, profile: Profile): Profiles {
  return { ...all, profiles: { ...all.profiles, [name]: profile } };
}

/** Profiles without one; the current one is then the first of the others. */
export function withoutProfile(all: Profiles, name: string): Profiles {
  const { [name]: _removed, ...profiles } = all.profiles;
  const current = all.current === name ? (Object.keys(profiles)[0] ?? none.current) : all.current;
  return { current, profiles };
}
