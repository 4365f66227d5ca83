import { aPanelKey } from '@nexus-state/state-core/testing';
import { aChange } from '@nexus-state/state-core/testing/update-bus.contract';
import { parseMessage, readTraceparent, readUpdate, updateMessage } from './update-message';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('an update on its channel', () => {
  const change = aChange(aPanelKey(), 1);

  it('carries the trace that it was made in beside the change', () => {
    const fields = parseMessage(updateMessage(change, traceparent));
    expect(readTraceparent(fields)).toBe(traceparent);
    expect(readUpdate(change.key, fields)).toEqual(change);
  });

  it('is as it was where there is no trace', () => {
    expect(updateMessage(change)).not.toContain('traceparent');
    expect(readTraceparent(parseMessage(updateMessage(change)))).toBeUndefined();
  });

  it.each([7, null, { a: 1 }])('is taken without a trace where that is %j', (nonsense) => {
    const fields = { ...(parseMessage(updateMessage(change)) as object), traceparent: nonsense };
    expect(readTraceparent(fields)).toBeUndefined();
    expect(readUpdate(change.key, fields)).toEqual(change);
  });
});
