// @ts-check
const fs = require('node:fs');
const { page, readSettings, settingsTable, withTable } = require('./configuration');

describe('docs/configuration.md', () => {
  it('lists the settings that the services read; node tools/docs/configuration.js brings it up to date', () => {
    const text = fs.readFileSync(page, 'utf8');
    expect(text).toBe(withTable(text, settingsTable(readSettings())));
  });

  it('says in the table what may be set and what is the default', () => {
    const fails = () => {
      throw new Error('must be a duration such as 20s or 5m, from 100ms to 10m');
    };
    const table = settingsTable({
      PAUSE: { desc: 'A pause.', default: 1_500, _parse: fails },
      KEY: { desc: 'A key.', example: 'output of: make-key', _parse: (input) => input },
    });
    expect(table.split('\n').slice(2)).toEqual([
      '| `PAUSE` | A pause. | a duration such as 20s or 5m, from 100ms to 10m | `1.5s` |',
      '| `KEY` | A key. Example: the output of `make-key`. | text | none: must be set |',
      '',
    ]);
  });
});
