import { type RepositoryTip, parseManifest } from '@nexus-state/state-core';
import { looseBranch } from './branch';

interface KnownTip {
  readonly commitHash: string;
  /** The manifest's text, until it is asked for. */
  manifest: string | RepositoryTip['manifest'];
  readonly size: number;
}

/** How many characters of manifests are remembered: about 150,000 panels. */
const maxCharacters = 16 * 1024 * 1024;

/**
 * The newest commits that this process has read or made, least recently used first. A branch's file says whether one is
 * still the newest: reading it takes no process. A branch that is packed away is simply not known.
 */
export class KnownTips {
  readonly #tips = new Map<string, KnownTip>();
  #size = 0;

  /** The tip of a repository, or undefined when it is not known or the branch has moved. */
  async find(gitDir: string): Promise<RepositoryTip | undefined> {
    const tip = this.#tips.get(gitDir);
    if (!tip) return undefined;
    if ((await looseBranch(gitDir)) !== tip.commitHash) return undefined;
    if (typeof tip.manifest === 'string') tip.manifest = parseManifest(tip.manifest);
    // Again the most recently used one.
    this.#tips.delete(gitDir);
    this.#tips.set(gitDir, tip);
    return { commitHash: tip.commitHash, manifest: tip.manifest };
  }

  /** Remembers a tip, by its manifest's text; one without is not remembered. */
  keep(gitDir: string, commitHash: string, manifest: string | undefined): void {
    this.#drop(gitDir);
    if (manifest === undefined || manifest.length > maxCharacters) return;
    this.#tips.set(gitDir, { commitHash, manifest, size: manifest.length });
    this.#size += manifest.length;
    for (const oldest of this.#tips.keys()) {
      if (this.#size <= maxCharacters) return;
      this.#drop(oldest);
    }
  }

  #drop(gitDir: string): void {
    this.#size -= this.#tips.get(gitDir)?.size ?? 0;
    this.#tips.delete(gitDir);
  }
}
