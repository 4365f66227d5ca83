// @ts-check
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { checkProtos, folder } = require('./proto');

const published = path.join(folder, 'published.binpb');
const file = 'nexus/state/v1/state.proto';

/** @type {string} */
let scratch;
beforeEach(() => (scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'proto-'))));
afterEach(() => fs.rmSync(scratch, { recursive: true }));

/**
 * Checks a copy of the .proto files, changed in one place.
 * @param {string} from
 * @param {string} to
 */
function checkChanged(from, to) {
  fs.cpSync(folder, scratch, { recursive: true });
  const text = fs.readFileSync(path.join(folder, file), 'utf8');
  expect(text.split(from)).toHaveLength(2);
  fs.writeFileSync(path.join(scratch, file), text.replace(from, to));
  checkProtos(scratch, published);
}

describe('the .proto files', () => {
  it('pass lint, break nothing, and are those of published.binpb', () => {
    const { status, stderr } = spawnSync(process.execPath, [path.join(__dirname, 'proto.js'), '--check'], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('may get new fields', () => {
    checkChanged('bool created = 3;', 'bool created = 3;\n  // New.\n  bool fresh = 50;');
  });

  it.each([
    ['renumber a field', 'bool created = 3;', 'bool created = 9;', /Previously present field "3"/],
    ['change the type of a field', 'bool created = 3;', 'string created = 3;', /changed type/],
    [
      'remove a method',
      '  // Lists keys, in the order of their bytes.\n  rpc ListKeys(ListKeysRequest) returns (ListKeysResponse);\n',
      '',
      /Previously present RPC "ListKeys"/,
    ],
    ['rename an enum value', 'CHANGE_TYPE_DELETED = 4;', 'CHANGE_TYPE_GONE = 4;', /changed name/],
  ])('may not %s', (_, from, to, finding) => {
    expect(() => checkChanged(from, to)).toThrow(finding);
  });

  it('have a comment on everything', () => {
    expect(() => checkChanged('  // Whether the panel was created.\n', '')).toThrow(/non-empty comment/);
  });
});
