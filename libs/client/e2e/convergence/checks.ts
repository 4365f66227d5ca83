import { canonicalJson } from '@nexus-state/documents';
import { eventually } from '@nexus-state/state-core/testing';
import type { PanelHandle } from '../../src';
import type { Outcome, Participant } from './author';

/** The document of a history. */
export interface Doc {
  free: object;
  marks: Record<string, number>;
}

export const firstState: Doc = { free: { list: [1, 2, 3], a: 1 }, marks: {} };

/** Done when every change has its answer; fails with the first that is neither made nor in conflict. */
export async function answered(all: readonly Participant[]): Promise<void> {
  let isSettled = false;
  const settled = Promise.all(all.map((author) => author.settled())).then(() => (isSettled = true));
  try {
    await Promise.race([
      eventually(() => isSettled, 'every change to have an answer', 120_000),
      failure(settled),
    ]);
  } catch (error) {
    const reports = await Promise.all(all.map((author) => author.report()));
    throw new Error(`${String(error)}\n${reports.join('\n')}`, { cause: error });
  }
}

/** Fails as the other one does, and never ends otherwise. */
function failure(other: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => void other.catch(reject));
}

/** Expects what resolved in the history once, and what was rejected not at all. */
export async function expectOnceInHistory(all: readonly Outcome[], panel: PanelHandle<Doc>): Promise<void> {
  const [history, { state }] = [await panel.history().all(), await panel.get()];
  const versions = (op: string, mark: string): number[] =>
    history
      .filter(({ patch }) => patch.some((one) => one.op === op && one.path === `/marks/${mark}`))
      .map((entry) => entry.version);
  for (const { resolved, rejected, made, undone, redone } of all) {
    expect(resolved.length + rejected.length).toBe(made);
    const own = [
      ...resolved.map(({ mark, version }) => ({ mark, own: [version] })),
      ...rejected.map((mark) => ({ mark, own: [] })),
    ];
    for (const { mark, own: expected } of own) {
      const [added, removed] = [versions('add', mark), versions('remove', mark)];
      // Beside its own change only an undo takes a mark away, and only a redo puts it back: also the mark of a change that was
      // refused after it had been undone here, since a redo is a change of its own.
      expect([mark, added.filter((version) => !redone.includes(version))]).toEqual([mark, expected]);
      expect([mark, removed.filter((version) => !undone.includes(version))]).toEqual([mark, []]);
      expect([mark, added.length - removed.length]).toEqual([mark, Object.hasOwn(state.marks, mark) ? 1 : 0]);
    }
  }
}

/** Expects every author to see in the end what the server has. */
export async function expectEqualToServer(
  all: readonly Participant[],
  panel: PanelHandle<Doc>,
): Promise<readonly Outcome[]> {
  const { state, version } = await panel.get({ fresh: true });
  const outcomes = () => Promise.all(all.map((author) => author.outcome()));
  await eventually(
    async () => (await outcomes()).every((outcome) => outcome.version === version),
    'all to be up to date',
  );
  const ended = await outcomes();
  for (const outcome of ended)
    expect(canonicalJson(outcome.state as never)).toBe(canonicalJson(state as never));
  return ended;
}
