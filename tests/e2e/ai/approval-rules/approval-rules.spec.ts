import { type JsonObject, type JsonPatch, applyPatch } from '@nexus-state/documents';
import { AiStack } from '../ai-world';
import { answerOf } from './answers';
import { Dice, randomRules } from './dice';
import { Garden, panelIds } from './garden';
import { httpDoors, otherDoors } from './panel-doors';
import { verdictOn } from './rule-model';
import { storm } from './storm';
import { workspaceDoors } from './workspace-doors';

/** A garden is repeated with the seed that its name shows. */
const seeds = (process.env['APPROVAL_RULES_SEEDS'] ?? '1,2').split(',').map(Number);
/** How many sets of rules a garden lives under, one after the other; under each one, every door is tried. */
const sets = Number(process.env['APPROVAL_RULES_SETS'] ?? 2);
const doors = [...httpDoors, ...otherDoors, ...workspaceDoors];

let stack: AiStack;
const total = { held: 0, made: 0, either: 0, approved: 0, forbidden: 0, stormed: 0 };

beforeAll(async () => {
  // The snapshots that are taken before changes by AI are nothing that rules look at.
  stack = await AiStack.start({ SNAPSHOT_BEFORE_WAIT: '1ms' });
});
afterAll(() => stack?.close());

/** A change as the feed has it. */
interface FeedChange {
  readonly panelId: string;
  readonly revision: number;
  readonly changeType: string;
  readonly actor: string;
  readonly triggeredBy: string;
  readonly approvedBy?: string;
  readonly patch: JsonPatch;
}

/** Reads all history again, and fails where a change came in that a rule in force then holds back. */
async function expectNothingSlippedIn(garden: Garden): Promise<void> {
  const states = new Map<string, JsonObject>();
  const slipped: FeedChange[] = [];
  for (let cursor = ''; ;) {
    const page = (await garden.owner.http.get(`/api/state/ws/changes?limit=1000${cursor}`)).body;
    for (const change of page.changes as FeedChange[]) {
      const { panelId, changeType, patch, actor, triggeredBy } = change;
      const before = states.get(panelId);
      const after =
        changeType === 'deleted' ? undefined : (applyPatch(before ?? {}, patch).value as JsonObject);
      if (after) states.set(panelId, after);
      else states.delete(panelId);
      const rules = garden.eras.findLast(({ since }) => since < change.revision)?.rules ?? [];
      const verdict = verdictOn({ actor, triggeredBy, changes: [{ panelId, before, after }] }, rules);
      if (verdict === 'held' && change.approvedBy === undefined) slipped.push(change);
    }
    if (!page.more) break;
    cursor = `&cursor=${page.nextCursor}`;
  }
  expect(slipped).toEqual([]);
  const present = [...(await garden.panels())].map(([id, { state }]) => [id, state] as const);
  expect(Object.fromEntries(states)).toEqual(Object.fromEntries(present));
}

it.each(seeds)(
  'no door lets a change in that a rule holds back, nor holds another back: seed %d',
  async (seed) => {
    const dice = new Dice(seed);
    const garden = await Garden.open(stack, dice, `seed ${seed}`);
    try {
      const users = garden.writers.map(({ user }) => user);
      for (let set = 0; set < sets; set++) {
        await garden.setRules(randomRules(dice, panelIds, users));
        for (const door of doors) await door(garden);
        const gusts = await storm(garden, `storm ${set}`);
        const history = JSON.stringify(
          (await garden.owner.http.get('/api/state/ws/changes?limit=1000')).body.changes,
        );
        for (const { value, answer } of gusts)
          if (answer.kind !== 'made') expect(history).not.toContain(value);
        total.stormed += gusts.length;
      }
      const panels = await garden.panels();
      const changes = [...panels].map(([panelId, { state }]) => ({
        panelId,
        before: state,
        after: undefined,
      }));
      await expectNothingSlippedIn(garden);
      // What deletes a workspace cannot wait: it is refused.
      const write = { actor: garden.owner.user, triggeredBy: 'user', changes };
      const verdict = verdictOn(write, garden.rules);
      const cleared = await garden.owner.http.delete('/api/workspaces/ws');
      if (verdict !== 'either') expect(cleared.status).toBe(verdict === 'held' ? 403 : 204);
      if (cleared.status === 403) expect(await garden.panels()).toEqual(panels);
      for (const name of ['held', 'made', 'either', 'approved', 'forbidden'] as const)
        total[name] += garden.tally[name];
    } finally {
      await garden.close();
    }
  },
  600_000,
);

it('both kinds were there, and few that could be either', () => {
  console.info(`approval rules: ${JSON.stringify(total)}`);
  const { held, made, either, approved, forbidden } = total;
  expect(Math.min(held, made, approved, forbidden)).toBeGreaterThan(0);
  expect(either / (held + made + either)).toBeLessThan(0.25);
});

it('git takes no changes', async () => {
  const { ann } = await stack.people();
  const refused = await ann.get('/git/ws.git/info/refs?service=git-receive-pack');
  expect([refused.status, answerOf(refused).kind]).toEqual([403, 'refused']);
});
