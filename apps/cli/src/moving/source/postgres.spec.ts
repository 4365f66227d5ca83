import { itemOfRow, quoted, relationOf, withoutPassword } from './postgres';

describe('what is read of a database', () => {
  it('is a table', () => {
    expect(relationOf({ table: 'panels' })).toBe('"panels" AS q');
    expect(relationOf({ table: 'app.my"panels' })).toBe('"app"."my""panels" AS q');
    expect(quoted('a"; DROP TABLE x; --')).toBe('"a""; DROP TABLE x; --"');
  });

  it('is a query', () => {
    expect(relationOf({ query: 'SELECT 1 AS id; ' })).toBe('(SELECT 1 AS id\n) AS q');
  });

  it.each([{}, { table: 'a', query: 'SELECT 1' }])('is one of the two: not %j', (options) => {
    expect(() => relationOf(options)).toThrow('--table or --query');
  });

  it('is told without its password', () => {
    expect(withoutPassword('postgres://me:secret@db/app?sslkey=secret')).toBe('postgres://me@db/app');
    expect(withoutPassword('no address')).toBe('the database');
  });
});

describe('a row', () => {
  it('is a panel, also where a column of text holds the JSON', () => {
    const panel = { place: 'row 3', panelId: 'lamp', state: { on: true } };
    expect(itemOfRow({ id: 'lamp', state: '{"on": true}' }, 3, 'state')).toMatchObject(panel);
    expect(itemOfRow({ id: 'lamp', state: '"{\\"on\\": true}"' }, 3, 'state')).toMatchObject(panel);
  });

  it.each([
    ['no id', { id: null, state: '{}' }, 'row 3', 'has no id'],
    ['no state', { id: 'lamp', state: null }, 'row 3, "lamp",', 'has no JSON object in "data"'],
    ['a number', { id: 'lamp', state: '5' }, 'row 3, "lamp",', 'has no JSON object in "data"'],
    ['a text', { id: 'lamp', state: '"on"' }, 'row 3, "lamp",', 'has no JSON object in "data"'],
  ])('says what is wrong with %s', (_what, row, place, problem) => {
    expect(itemOfRow(row, 3, 'data')).toEqual({ place, problem });
  });
});
