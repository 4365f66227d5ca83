// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const paths = require('../paths');
const { readCompose } = require('./compose');
const { imageNames, serviceNames } = require('./deployment');
const { stageOf } = require('./dockerfile');
const { render } = require('./render');

/** @typedef {import('./render').KubernetesObject} KubernetesObject */

const compose = readCompose();
/** @type {Record<'base' | 'local' | 'production', KubernetesObject[]>} */
const overlays = { base: [], local: [], production: [] };

beforeAll(async () => {
  overlays.base = await render(path.join(paths.root, 'k8s/base'));
  overlays.local = await render(path.join(paths.root, 'k8s/overlays/local'));
  overlays.production = await render(path.join(paths.root, 'k8s/overlays/production'));
}, 300_000);

/**
 * @param {keyof typeof overlays} overlay
 * @param {string} kind
 * @param {string} [name]
 * @returns {any[]}
 */
const those = (overlay, kind, name) =>
  overlays[overlay].filter((object) => object.kind === kind && (!name || object.metadata.name === name));

/** What the text of a source is called with. @param {string} folder @param {RegExp} pattern */
function namedIn(folder, pattern) {
  return fs
    .readdirSync(path.join(paths.root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .flatMap((name) => [...fs.readFileSync(path.join(paths.root, folder, name), 'utf8').matchAll(pattern)])
    .map(([, found = '']) => found);
}

describe('the ingress', () => {
  const pathsOf = () =>
    those('base', 'Ingress').flatMap(({ spec }) =>
      spec.rules.flatMap((/** @type {any} */ { http }) =>
        http.paths.map((/** @type {any} */ entry) => [entry.path, entry.backend.service]),
      ),
    );

  it('leads to the services by the ports that they name', () => {
    for (const [, { name, port }] of pathsOf()) {
      expect(imageNames).toContain(name);
      expect(port).toEqual({ name: 'http' });
    }
  });

  it('leads every route of the state API there, and none of the health', () => {
    const api = pathsOf().flatMap(([prefix, { name }]) => (name === 'state-api' ? [prefix] : []));
    const routes = namedIn('apps/state-api/src', /@Controller\(\[?'([^']+)'/g).map((route) => `/${route}`);
    expect(routes.length).toBeGreaterThan(10);
    const methods = namedIn('apps/state-api/src/snapshots', /@(?:Get|Post)\('((?:state|snapshots)\/[^']*)'/g);
    const all = [...routes.filter((route) => route !== '/api'), ...methods.map((route) => `/api/${route}`)];
    const left = all.filter(
      (route) => !api.some((prefix) => route === prefix || route.startsWith(`${prefix}/`)),
    );
    expect(left).toEqual([]);
    expect(api).toEqual(expect.arrayContaining(['/api/kv', '/docs', '/openapi.json', '/openapi.yaml']));
    expect(api.filter((prefix) => prefix.startsWith('/health') || prefix.startsWith('/metrics'))).toEqual([]);
  });

  it('leads live connections to the gateway, keeps them open, and long-polling clients on one pod', () => {
    const gateway = pathsOf().flatMap(([prefix, { name }]) => (name === 'realtime-gateway' ? [prefix] : []));
    expect(gateway).toEqual(['/socket.io', '/ws']);
    const doors = namedIn('libs/contracts/src', /webSocketPath = '(\/[^/']+)\//g);
    expect(doors).toEqual(['/ws']);
    const [{ metadata }] = those('base', 'Ingress', 'realtime-gateway');
    expect(metadata.annotations).toMatchObject({
      'nginx.ingress.kubernetes.io/proxy-read-timeout': '3600',
      'nginx.ingress.kubernetes.io/proxy-send-timeout': '3600',
      'nginx.ingress.kubernetes.io/affinity': 'cookie',
    });
  });

  it('has a name and a certificate in production', () => {
    for (const { spec } of those('production', 'Ingress')) {
      expect(spec.rules[0].host).toBe('nexus.example');
      expect(spec.tls).toEqual([{ hosts: ['nexus.example'], secretName: 'nexus-tls' }]);
    }
  });
});

describe('the stores', () => {
  it('are a Redis that throws nothing away and keeps its file, everywhere', () => {
    for (const overlay of /** @type {const} */ (['base', 'local', 'production'])) {
      const [settings] = overlays[overlay].filter(({ metadata }) =>
        metadata.name.startsWith('redis-settings-'),
      );
      expect(settings?.['data']['redis.conf']).toMatch(/^maxmemory-policy noeviction$/m);
      expect(settings?.['data']['redis.conf']).toMatch(/^appendonly yes$/m);
      const [{ spec }] = those(overlay, 'StatefulSet', 'redis');
      expect(spec.template.spec.volumes[0].configMap.name).toBe(settings?.metadata.name);
      expect(spec.volumeClaimTemplates).toHaveLength(1);
    }
  });

  it('have a PostgreSQL in the local overlay alone', () => {
    expect(those('local', 'StatefulSet', 'postgres')).toHaveLength(1);
    for (const overlay of /** @type {const} */ (['base', 'production']))
      expect(those(overlay, 'StatefulSet').map(({ metadata }) => metadata.name)).toEqual(['redis']);
  });

  it('are the same in the compose file and in the cluster', () => {
    for (const store of ['redis', 'postgres']) {
      const [{ spec }] = those('local', 'StatefulSet', store);
      expect(spec.template.spec.containers[0].image).toBe(compose.services[store].image);
      expect(compose.services[store].image).toMatch(/^(redis|postgres):\d+\.\d+(\.\d+)?-bookworm$/);
    }
  });

  it('have 10 Gi for snapshots: for many nodes, but for one in the local overlay', () => {
    /** @param {keyof typeof overlays} overlay */
    const claim = (overlay) => those(overlay, 'PersistentVolumeClaim', 'snapshots')[0].spec;
    for (const overlay of /** @type {const} */ (['base', 'production'])) {
      expect(claim(overlay).accessModes).toEqual(['ReadWriteMany']);
      expect(claim(overlay).resources.requests.storage).toBe('10Gi');
    }
    expect(claim('local').accessModes).toEqual(['ReadWriteOnce']);
  });
});

describe('the migration', () => {
  it('is a Job with the image of the state API, and the command that the compose file runs', () => {
    const [{ spec }] = those('base', 'Job', 'migration');
    const [container] = spec.template.spec.containers;
    const [api] = those('base', 'Deployment', 'state-api');
    expect(container.image).toBe(api.spec.template.spec.containers[0].image);
    expect(container.args).toEqual(compose.services['migrate'].command);
    expect(compose.services['migrate'].image).toBe(compose.services['state-api'].image);
    expect(container.command).toBeUndefined();
    expect(stageOf('state-api').entrypoint).toEqual(['/usr/bin/tini', '--']);
    const script = container.args[1].replace('/dist/', '/src/').replace(/\.js$/, '.ts');
    expect(fs.existsSync(path.join(paths.root, script))).toBe(true);
    const names = ['DATABASE_URL', 'QUERY_INDEX', 'DATABASE_DISTRIBUTION'];
    expect(container.env.map((/** @type {any} */ { name }) => name)).toEqual(names);
    const [, { valueFrom }] = container.env;
    const [{ data }] = those('base', 'ConfigMap', valueFrom.configMapKeyRef.name);
    expect(data[valueFrom.configMapKeyRef.key]).toBe('on');
    // The compose file brings one PostgreSQL of its own.
    expect(Object.keys(compose.services['migrate'].environment)).toEqual(names.slice(0, 2));
  });
});

describe('every object', () => {
  it('is applied in one of the steps of deploy.sh', () => {
    const script = fs.readFileSync(path.join(paths.root, 'k8s/scripts/deploy.sh'), 'utf8');
    const steps = [...script.matchAll(/^apply '.*component(?:=| in \()([a-z,]+)\)?'$/gm)].flatMap(
      ([, names = '']) => names.split(','),
    );
    expect(steps).toEqual(['shared', 'store', 'ingress', 'migration', 'service', 'console']);
    for (const { kind, metadata } of [...overlays.local, ...overlays.production]) {
      const labels = /** @type {any} */ (metadata).labels;
      expect([kind, metadata.name, steps.includes(labels['app.kubernetes.io/component'])]).toEqual([
        kind,
        metadata.name,
        true,
      ]);
      expect(labels['app.kubernetes.io/part-of']).toBe('nexus-state');
    }
  });
});

describe('the network', () => {
  it('lets nothing through that no policy names', () => {
    const [{ spec }] = those('base', 'NetworkPolicy', 'nothing-else');
    expect(spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const names = [...imageNames, 'redis', 'migration'];
    for (const name of names) expect(those('base', 'NetworkPolicy', name)).toHaveLength(1);
    expect(those('local', 'NetworkPolicy', 'postgres')).toHaveLength(1);
  });

  it('lets services and the migration reach the stores, and the stores nothing', () => {
    for (const name of serviceNames) {
      const [{ spec }] = those('base', 'NetworkPolicy', name);
      const ports = spec.egress.flatMap((/** @type {any} */ rule) =>
        rule.ports.map((/** @type {any} */ { port }) => port),
      );
      expect(ports).toEqual(expect.arrayContaining([5432, 6379]));
    }
    for (const [overlay, store] of /** @type {const} */ ([
      ['base', 'redis'],
      ['local', 'postgres'],
    ])) {
      const [policy] = those(overlay, 'NetworkPolicy', store);
      const [{ values }] = policy.spec.ingress[0].from[0].podSelector.matchExpressions;
      expect(values).toContain('service');
      const [{ spec }] = those('base', 'Deployment', 'state-api');
      expect(spec.template.metadata.labels['app.kubernetes.io/component']).toBe('service');
    }
  });
});

describe('pods of every kind', () => {
  it('meet the restricted profile, which the namespace asks for', () => {
    const [{ metadata }] = those('base', 'Namespace');
    expect(metadata.labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
    const pods = overlays.local.flatMap(({ metadata: { name }, spec }) =>
      spec?.template ? [[name, spec.template.spec]] : [],
    );
    expect(pods.map(([name]) => name).sort()).toEqual(
      [...imageNames, 'migration', 'postgres', 'redis'].sort(),
    );
    for (const [name, pod] of pods) {
      expect([name, pod.securityContext.runAsNonRoot]).toEqual([name, true]);
      expect([name, pod.securityContext.seccompProfile]).toEqual([name, { type: 'RuntimeDefault' }]);
      expect([name, pod.automountServiceAccountToken]).toEqual([name, false]);
      for (const { securityContext, resources } of pod.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(Object.keys(resources.requests)).toEqual(['cpu', 'memory']);
        expect(Object.keys(resources.limits)).toEqual(['cpu', 'memory']);
      }
    }
  });
});
