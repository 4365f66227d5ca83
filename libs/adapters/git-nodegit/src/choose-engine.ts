import { CommandEngine, type GitEngine } from '@nexus-state/git';
import { loadNodegit } from './load-nodegit';
import { NodegitEngine } from './nodegit-engine';

/** Which engine is wanted: `auto` takes nodegit where it works. */
export const gitEngineChoices = ['auto', 'cli', 'nodegit'] as const;

/** One of them. */
export type GitEngineChoice = (typeof gitEngineChoices)[number];

/** The engine that was chosen. */
export interface ChosenEngine {
  readonly name: Exclude<GitEngineChoice, 'auto'>;
  /** Why, for the log. */
  readonly reason: string;
  readonly engine: GitEngine;
}

/**
 * Finds the engine that works here.
 * @param nodegitFolder where `npm run setup:nodegit` has built nodegit
 * @throws Error when nodegit is wanted and does not work
 */
export async function chooseGitEngine(choice: GitEngineChoice, nodegitFolder: string): Promise<ChosenEngine> {
  const commands = new CommandEngine();
  if (choice === 'cli') return { name: 'cli', reason: 'as configured', engine: commands };
  const loaded = await loadNodegit(nodegitFolder);
  if (loaded.nodegit) {
    const reason = choice === 'auto' ? 'nodegit works here' : 'as configured';
    return { name: 'nodegit', reason, engine: new NodegitEngine(loaded.nodegit, commands) };
  }
  if (choice === 'auto') return { name: 'cli', reason: `nodegit: ${loaded.reason}`, engine: commands };
  throw new Error(`GIT_ENGINE is nodegit, but ${loaded.reason}`);
}
