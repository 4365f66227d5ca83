// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const paths = require('../paths');
const { composeMistakes, readCompose, variablesIn } = require('./compose');
const { imageNames, serviceNames, services } = require('./deployment');

const file = path.join(paths.root, 'docker', 'compose.yaml');
const example = fs.readFileSync(path.join(paths.root, 'docker', '.env.example'), 'utf8');

describe('the compose file', () => {
  const compose = readCompose();

  it('follows the specification', () => {
    expect(composeMistakes(compose)).toEqual([]);
  });

  it('has the stores, the migration and the services', () => {
    expect(Object.keys(compose.services)).toEqual(['postgres', 'redis', 'migrate', ...imageNames]);
  });

  it('takes secrets from the env file alone, whose example names them all and holds none', () => {
    const used = [...new Set(variablesIn(fs.readFileSync(file, 'utf8')))].sort();
    const offered = [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)];
    expect(offered.map(([, name]) => name).sort()).toEqual(used);
    const revealed = offered.filter(
      ([, name = '', value]) => /PASSWORD|SECRET|KEY/.test(name) && value !== '',
    );
    expect(revealed).toEqual([]);
  });

  it('starts no service before the schema is there and Redis takes commands', () => {
    for (const name of serviceNames) {
      expect(compose.services[name].depends_on).toEqual({
        migrate: { condition: 'service_completed_successfully' },
        redis: { condition: 'service_healthy' },
      });
    }
    expect(compose.services['migrate'].depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    for (const store of ['postgres', 'redis']) expect(compose.services[store].healthcheck.test).toBeDefined();
  });

  it.each([...imageNames, 'migrate'])(
    'runs %s without rights, and lets it write nothing but volumes',
    (name) => {
      expect(compose.services[name]).toMatchObject({
        read_only: true,
        tmpfs: ['/tmp'],
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      expect(compose.services[name].user).toBeUndefined();
    },
  );

  it('lets the worker write the repositories, and the API read them', () => {
    const mounts = Object.fromEntries(serviceNames.map((name) => [name, compose.services[name].volumes]));
    expect(mounts).toEqual({
      'state-api': ['snapshots:/data/git:ro'],
      'realtime-gateway': undefined,
      'snapshot-worker': ['snapshots:/data/git'],
    });
    for (const name of serviceNames)
      expect(services[name].repositories === 'none').toBe(compose.services[name].volumes === undefined);
  });

  it('gives services more time to stop than they take', () => {
    for (const name of imageNames) expect(compose.services[name].stop_grace_period).toBe('15s');
  });

  it('opens ports to this machine alone', () => {
    const ports = Object.values(compose.services).flatMap((service) => service.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
    expect(ports).not.toEqual([]);
  });

  it('keeps Redis from throwing jobs away', () => {
    const script = compose.services['redis'].command.join('\n');
    expect(script).toMatch(/^maxmemory-policy noeviction$/m);
    expect(script).toMatch(/^appendonly yes$/m);
  });
});

describe('the check of the compose file', () => {
  it('finds a field that does not exist, and a value of a wrong type', () => {
    const misspelt = readCompose();
    misspelt.services['redis'].healthchek = {};
    expect(composeMistakes(misspelt).join('\n')).toContain('healthchek');
    const wrong = readCompose();
    wrong.services['redis'].read_only = 'perhaps';
    expect(composeMistakes(wrong).join('\n')).toContain('/services/redis/read_only');
  });
});
