// @ts-check
const path = require('node:path');
const paths = require('../paths');
const { readCompose } = require('./compose');
const { manifestOf } = require('./deployment');
const { stageOf } = require('./dockerfile');
const { render } = require('./render');

/** @typedef {import('./render').KubernetesObject} KubernetesObject */

const { readSettings, settings } = require(path.join(paths.root, 'apps/console/dist/settings.js'));
const { version } = manifestOf('.');
const compose = readCompose().services['console'];
const image = stageOf('console');
const overlayNames = /** @type {const} */ (['base', 'overlays/local', 'overlays/production']);

/** @type {Record<string, KubernetesObject[]>} */
const overlays = {};

beforeAll(async () => {
  for (const name of overlayNames) overlays[name] = await render(path.join(paths.root, 'k8s', name));
}, 300_000);

/** @param {string} overlay @param {string} kind @returns {any} */
const consoleOf = (overlay, kind) =>
  overlays[overlay]?.find((object) => object.kind === kind && object.metadata.name === 'console');
/** @param {string} overlay @returns {any} */
const podOf = (overlay) => consoleOf(overlay, 'Deployment').spec.template.spec;
/** @param {string} overlay @returns {Record<string, string>} */
const environmentOf = (overlay) => ({
  ...image.env,
  ...Object.fromEntries(
    podOf(overlay).containers[0].env.map((/** @type {any} */ { name, value }) => [name, value]),
  ),
});

describe('the console', () => {
  it('listens on the same port in all deployments, and has one image', () => {
    const port = 8080;
    expect(readSettings({}).CONSOLE_PORT).toBe(port);
    expect(image.env['CONSOLE_PORT']).toBe(String(port));
    expect(compose).toMatchObject({
      ports: [`127.0.0.1:${port}:${port}`],
      image: `nexus-state/console:\${NEXUS_VERSION:-${version}}`,
      build: { dockerfile: 'docker/console/Dockerfile' },
    });
    for (const overlay of overlayNames) {
      const [container] = podOf(overlay).containers;
      expect(container.ports).toEqual([{ name: 'http', containerPort: port }]);
      expect(container.image).toMatch(new RegExp(`(^|/)nexus-state/console:${version}$`));
      expect(environmentOf(overlay)['CONSOLE_PORT']).toBe(String(port));
      expect(consoleOf(overlay, 'Service').spec.ports).toEqual([{ name: 'http', port, targetPort: 'http' }]);
    }
  });

  it('starts with the settings of each deployment, and holds no secret', () => {
    for (const environment of [
      ...overlayNames.map(environmentOf),
      { ...image.env, ...compose.environment },
    ]) {
      const texts = Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [name, String(value)]),
      );
      expect(readSettings(texts).NODE_ENV).toBe('production');
      expect(Object.keys(texts).filter((name) => name !== 'NODE_ENV' && !(name in settings))).toEqual([]);
      expect(Object.keys(texts).filter((name) => /SECRET|PASSWORD|TOKEN/.test(name))).toEqual([]);
    }
  });

  it('leads browsers to where the services can be reached', () => {
    const [host] = consoleOf('overlays/production', 'Ingress').spec.rules.map(
      (/** @type {any} */ rule) => rule.host,
    );
    const address = `https://${host}`;
    expect(environmentOf('overlays/production')).toMatchObject({
      CONSOLE_API_URL: address,
      CONSOLE_REALTIME_URL: address,
    });
    const { services } = readCompose();
    const [api] = services['state-api'].ports;
    expect(compose.environment.CONSOLE_API_URL).toBe(`http://${api.replace(/:\d+$/, '')}`);
    const [live] = services['realtime-gateway'].ports;
    expect(compose.environment.CONSOLE_REALTIME_URL).toBe(`http://${live.replace(/:\d+$/, '')}`);
    // There, it is another origin than the services.
    for (const service of ['state-api', 'realtime-gateway'])
      expect(JSON.parse(services[service].environment.CORS_ORIGINS)).toContain(
        `http://${compose.ports[0].replace(/:\d+$/, '')}`,
      );
  });

  it('gets what no service takes', () => {
    const paths = overlays['base']
      ?.filter(({ kind }) => kind === 'Ingress')
      .flatMap(({ spec }) =>
        spec.rules[0].http.paths.map((/** @type {any} */ { path, backend }) => [path, backend.service.name]),
      );
    expect(paths?.filter(([, name]) => name === 'console')).toEqual([['/', 'console']]);
    expect(paths?.filter(([prefix]) => prefix === '/')).toHaveLength(1);
  });

  it('runs without rights, as the user of its image, and reaches nothing', () => {
    const pod = podOf('base');
    expect(`${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}`).toBe(image.user);
    expect(pod.serviceAccountName).toBe('console');
    expect(consoleOf('base', 'ServiceAccount').automountServiceAccountToken).toBe(false);
    const { spec } = consoleOf('base', 'NetworkPolicy');
    expect([spec.policyTypes, spec.egress]).toEqual([['Ingress', 'Egress'], undefined]);
    expect(consoleOf('base', 'HorizontalPodAutoscaler').spec).toMatchObject({
      minReplicas: 2,
      maxReplicas: 4,
    });
    expect(consoleOf('base', 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
    for (const probe of ['startupProbe', 'livenessProbe'])
      expect(pod.containers[0][probe].httpGet).toEqual({ path: '/health/live', port: 'http' });
    expect(pod.containers[0].readinessProbe.httpGet).toEqual({ path: '/health/ready', port: 'http' });
  });
});
