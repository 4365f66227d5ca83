import { type JsonObject, ValidationFailed } from '@nexus-state/documents';
import type { Criterion, PanelQuery, PanelStore } from '../panels/ports';
import { VisiblePanels } from '../workspaces/access';
import { anAppend } from './panel-builders';
import { aWorkspace } from './snapshot-builders';

/** What adapters hand to this contract suite: a query, and the store that it searches. */
export interface QueryUnderTest {
  readonly query: PanelQuery;
  readonly store: PanelStore;
  readonly close?: () => Promise<void>;
}

/** What is promised of queries, by every adapter alike. */
export function describePanelQuery(name: string, open: () => Promise<QueryUnderTest>): void {
  describe(`a query of panels: ${name}`, () => {
    let subject: QueryUnderTest;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject?.close?.());

    let workspace: ReturnType<typeof aWorkspace>;
    beforeEach(() => {
      workspace = aWorkspace();
    });
    const write = (panelId: string, state: JsonObject, at = workspace) =>
      subject.store.append([anAppend({ ...at, panelId }, 0, [{ state }])]);
    const find = async (criterion: Criterion, patterns?: readonly string[], limit = 100, after?: string) => {
      const page = { visible: new VisiblePanels(patterns), limit, after };
      const { panels, more } = await subject.query.find(workspace, criterion, page);
      return { ids: panels.map(({ key }) => key.panelId), more };
    };

    it('fills pages with visible panels alone, and counts only these for the next page', async () => {
      for (const id of ['a', 'b1', 'b2', 'c', 'z']) await write(id, { kind: 'x' });
      for (const criterion of [{ contains: { kind: 'x' } }, { jsonPath: '$.kind' }]) {
        expect(await find(criterion, ['b*'], 1)).toEqual({ ids: ['b1'], more: true });
        expect(await find(criterion, ['b*'], 2)).toEqual({ ids: ['b1', 'b2'], more: false });
        expect(await find(criterion, undefined, 2, 'b1')).toEqual({ ids: ['b2', 'c'], more: true });
        expect(await find(criterion, [], 1)).toEqual({ ids: [], more: false });
      }
    });

    it('gives panels whole, none that are deleted, and none of another workspace', async () => {
      await write('here', { n: 1 });
      await write('gone', { n: 1 });
      const end = { state: { n: 1 }, changeType: 'deleted' as const };
      await subject.store.append([anAppend({ ...workspace, panelId: 'gone' }, 1, [end])]);
      await write('there', { n: 1 }, aWorkspace());
      const page = { visible: VisiblePanels.all, limit: 10 };
      const { panels } = await subject.query.find(workspace, { contains: { n: 1 } }, page);
      expect(panels).toEqual([await subject.store.read({ ...workspace, panelId: 'here' })]);
    });

    const state = { n: 1, text: 'x', none: null, o: { a: 1, b: [1, 2] }, l: [{ k: 1, v: 2 }, { k: 2 }, 'e'] };
    it.each<[Criterion, boolean]>([
      [{ contains: {} }, true],
      [{ contains: { n: 1 } }, true],
      [{ contains: { n: 2 } }, false],
      [{ contains: { n: '1' } }, false],
      [{ contains: { none: null } }, true],
      [{ contains: { missing: null } }, false],
      [{ contains: { o: { a: 1 } } }, true],
      [{ contains: { o: {} } }, true],
      [{ contains: { o: { b: [2] } } }, true],
      [{ contains: { o: { b: [2, 1, 1] } } }, true],
      [{ contains: { o: { b: 2 } } }, false],
      [{ contains: { o: [] } }, false],
      [{ contains: { l: [{ k: 2 }] } }, true],
      [{ contains: { l: [{ k: 2, v: 2 }] } }, false],
      [{ contains: { l: ['e', { v: 2 }] } }, true],
      [{ contains: { l: [] } }, true],
      [{ contains: { toString: {} } }, false],
      [{ jsonPath: '$' }, true],
      [{ jsonPath: '$.o.a' }, true],
      [{ jsonPath: '$.none' }, true],
      [{ jsonPath: '$.o.missing' }, false],
      [{ jsonPath: '$.n.a' }, false],
      [{ jsonPath: '$.l.v' }, true],
      [{ jsonPath: '$.l.missing' }, false],
      [{ jsonPath: '$.toString' }, false],
    ])('says of %j whether a state meets it: %s', async (criterion, meets) => {
      await write('p', state);
      expect((await find(criterion)).ids).toEqual(meets ? ['p'] : []);
    });

    it.each(['', '$[', 'n', '$.'])('refuses the path %j', async (jsonPath) => {
      await expect(find({ jsonPath })).rejects.toBeInstanceOf(ValidationFailed);
    });
  });
}
