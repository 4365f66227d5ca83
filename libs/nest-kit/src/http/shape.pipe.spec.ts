import { PatchPanelRequest, ProposeRequest, ReadPanelParams } from '@nexus-state/contracts';
import { ValidationFailed } from '@nexus-state/documents';
import { ShapePipe } from './shape.pipe';

const patches = new ShapePipe<PatchPanelRequest>(PatchPanelRequest);

function pointersOf(refused: () => unknown): string[] {
  try {
    refused();
  } catch (error) {
    if (error instanceof ValidationFailed) return error.errors.map(({ pointer }) => pointer);
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('names in snake_case', () => {
  it('are those in camelCase, also of objects in a field, and of lists', () => {
    const given = {
      patches: [],
      triggered_by: 'ai',
      lock: { name: 'printer', fencing_token: 7 },
      provenance: { on_behalf_of: 'mia', tool_calls: [{ name: 'set', id: '1' }] },
    };
    expect(patches.transform(given)).toEqual({
      patches: [],
      triggeredBy: 'ai',
      lock: { name: 'printer', fencingToken: 7 },
      provenance: { onBehalfOf: 'mia', toolCalls: [{ name: 'set', id: '1' }] },
    });
    const change = { panel_id: 'lamp', patches: [], version: 1 };
    const proposal = new ShapePipe<ProposeRequest>(ProposeRequest).transform({
      title: 'On',
      changes: [change],
    });
    expect(proposal.changes).toEqual([{ panelId: 'lamp', patches: [], version: 1 }]);
  });

  it('stay as they are in values of any kind', () => {
    const given = { patches: [{ op: 'add', path: '/a', value: { triggered_by: 1, fencing_token: 2 } }] };
    expect(patches.transform(given)).toBe(given);
  });

  it('are refused beside the same name in camelCase, wherever they are', () => {
    expect(pointersOf(() => patches.transform({ patches: [], triggered_by: 'a', triggeredBy: 'a' }))).toEqual(
      ['/triggeredBy'],
    );
    const lock = { name: 'printer', fencingToken: 7, fencing_token: 7 };
    expect(pointersOf(() => patches.transform({ patches: [], lock }))).toEqual(['/lock/fencing_token']);
    const params = new ShapePipe(ReadPanelParams, { coerce: true });
    expect(pointersOf(() => params.transform({ includeHistory: 'true', include_history: 'true' }))).toEqual([
      'include_history',
    ]);
  });

  it('do not hide a field that is wrong or unknown', () => {
    const lock = { name: 'printer', fencing_token: 0, ttl: 1 };
    expect(pointersOf(() => patches.transform({ patches: [], lock })).sort()).toEqual([
      '/lock/fencingToken',
      '/lock/ttl',
    ]);
    expect(pointersOf(() => patches.transform({ patches: [], lock: 'printer' }))).toEqual(['/lock']);
    expect(pointersOf(() => patches.transform({ patches: [], lock: [{ fencing_token: 1 }] }))).toEqual([
      '/lock',
    ]);
  });
});
