// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { addresses, keepAddresses } = require('./addresses');

const ports = { port: 8101, 'realtime-port': 8102 };

describe('the addresses of the services', () => {
  it('are those that clients connect to', () => {
    expect(addresses(ports, '127.0.0.1')).toEqual({
      url: 'http://127.0.0.1:8101',
      realtimeUrl: 'http://127.0.0.1:8102',
    });
  });

  it('are those of this machine where the services listen everywhere', () => {
    expect(addresses(ports, '0.0.0.0').url).toBe('http://127.0.0.1:8101');
  });

  it('are kept as JSON', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nexus-addresses-'));
    try {
      const file = path.join(folder, 'addresses.json');
      keepAddresses(file, ports, '127.0.0.1');
      expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual(addresses(ports, '127.0.0.1'));
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
