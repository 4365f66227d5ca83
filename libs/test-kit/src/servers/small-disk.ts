import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk so small that it can be filled: one in memory, mounted in a folder. It takes the right to mount. */
export class SmallDisk {
  readonly #filler: string;

  private constructor(readonly folder: string) {
    this.#filler = join(folder, 'filler');
  }

  /** Whether this process may mount one. */
  static isPossible(): boolean {
    try {
      new SmallDisk(mount(1)).remove();
      return true;
    } catch {
      return false;
    }
  }

  static mount(megabytes: number): SmallDisk {
    return new SmallDisk(mount(megabytes));
  }

  /** Leaves no room but for some bytes. */
  fill(roomBytes = 0): void {
    const { bavail, bsize } = statfsSync(this.folder);
    writeFileSync(this.#filler, Buffer.alloc(Math.max(0, bavail * bsize - roomBytes)));
  }

  /** Makes room again. */
  free(): void {
    truncateSync(this.#filler);
  }

  remove(): void {
    execFileSync('umount', ['--lazy', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function mount(megabytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
