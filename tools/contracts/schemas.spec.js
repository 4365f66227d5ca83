const { spawnSync } = require('node:child_process');
const path = require('node:path');

describe('libs/contracts/src/schemas.json', () => {
  it('says what the classes say; npm run build && node tools/contracts/main.js brings it up to date', () => {
    const { status, stderr } = spawnSync(process.execPath, [path.join(__dirname, 'main.js'), '--check'], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
});
