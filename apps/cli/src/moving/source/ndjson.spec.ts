import type { Fields } from './panel-of';
import { itemOf } from './ndjson';

const item = (text: string | Buffer, fields: Fields = {}) =>
  itemOf({ number: 7, bytes: Buffer.from(text), end: 0 }, fields);

describe('a line of NDJSON', () => {
  it('is a panel', () => {
    expect(item('{"panelId": "lamp", "version": 3, "state": {"on": true}}')).toEqual({
      place: 'line 7',
      panelId: 'lamp',
      state: { on: true },
      bytes: 56,
    });
  });

  it.each([
    ['panel_id', '{"panel_id": "lamp", "state": {}}'],
    ['id, a number', '{"id": 12, "state": {}}'],
  ])('names the panel in %s', (_name, text) => {
    expect(item(text)).toMatchObject({ panelId: expect.stringMatching(/^(lamp|12)$/) as string });
  });

  it('has the id and the state where the fields say', () => {
    expect(item('{"key": "a", "data": {"x": 1}}', { id: 'key', state: 'data' })).toMatchObject({
      panelId: 'a',
      state: { x: 1 },
    });
    expect(item('{"key": "a", "x": 1, "y": 2}', { id: 'key', state: '*' })).toMatchObject({
      panelId: 'a',
      state: { x: 1, y: 2 },
    });
  });

  it.each(['', '   ', '\r', '{"panelId": "lamp", "change": {"version": 1}}'])(
    'is nothing where it is %j',
    (text) => {
      expect(item(text)).toBeUndefined();
    },
  );

  it.each([
    ['not JSON', '{"a"', /^is not JSON: /],
    ['no UTF-8', Buffer.from([0xff, 0xfe]), /^is not JSON: /],
    ['an array', '[1]', /^is not a JSON object$/],
    ['without an id', '{"state": {}}', /^has no "panelId"$/],
    ['with an object for an id', '{"panelId": {}, "state": {}}', /^has no text in "panelId"$/],
    ['without a state', '{"panelId": "a"}', /^has no "state"$/],
    ['with a list for a state', '{"panelId": "a", "state": []}', /^has no JSON object in "state"$/],
  ])('says what is wrong with one that is %s', (_what, text, problem) => {
    expect(item(text)).toEqual(
      expect.objectContaining({ place: 'line 7', problem: expect.stringMatching(problem) as string }),
    );
  });

  it('says that it is too long', () => {
    expect(itemOf({ number: 2, bytes: undefined, end: 0 }, {})).toMatchObject({
      place: 'line 2',
      problem: expect.stringContaining('is longer than') as string,
    });
  });
});
