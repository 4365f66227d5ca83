import type { JsonValue } from '@nexus-state/documents';
import { aPanelKey } from '@nexus-state/state-core/testing';
import { aChange } from '@nexus-state/state-core/testing/update-bus.contract';
import { parseMessage, readReached, readTraceparent, readUpdate, updateMessage } from './update-message';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('an update on its channel', () => {
  const change = aChange(aPanelKey(), 1);

  it('carries the trace that it was made in beside the change', () => {
    const fields = parseMessage(updateMessage(change, true, traceparent));
    expect(readTraceparent(fields)).toBe(traceparent);
    expect(readUpdate(change.key, fields)).toEqual({ change, alone: true });
  });

  it('leaves out a large patch, and is no change then', () => {
    const large = { ...change, largePatch: { text: 'x'.repeat(40_000), operations: 1 } };
    const fields = parseMessage(updateMessage(large, true, traceparent));
    expect(JSON.stringify(fields).length).toBeLessThan(500);
    expect(readReached(change.key, fields)).toEqual({ key: change.key, version: 1, revision: 41 });
    expect(readUpdate(change.key, fields)).toBeUndefined();
    expect(readTraceparent(fields)).toBe(traceparent);
  });

  it.each([0, -1, 1.5, '1', null])('is none where the version that was reached is %j', (reached) => {
    expect(readReached(change.key, { panelId: 'p', reached })).toBeUndefined();
  });

  it('is as it was where there is no trace', () => {
    expect(updateMessage(change, false)).not.toContain('traceparent');
    expect(readTraceparent(parseMessage(updateMessage(change, false)))).toBeUndefined();
  });

  it.each([7, null, { a: 1 }])('is taken without a trace where that is %j', (nonsense) => {
    const fields = { ...(parseMessage(updateMessage(change, false)) as object), traceparent: nonsense };
    expect(readTraceparent(fields)).toBeUndefined();
    expect(readUpdate(change.key, fields)).toEqual({ change, alone: false });
  });

  it('only says which version was reached where a process of the release before sent it', () => {
    const {
      revision: _,
      ordinal: _o,
      ...fields
    } = parseMessage(updateMessage(change, false)) as Record<string, JsonValue>;
    expect(readUpdate(change.key, fields)).toBeUndefined();
    expect(readReached(change.key, fields)).toEqual({ key: change.key, version: 1, revision: undefined });
  });
});
