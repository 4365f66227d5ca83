// @ts-check
const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const paths = require('../paths');
const { readCompose } = require('./compose');
const { manifestOf, serviceNames, services } = require('./deployment');
const { stageOf } = require('./dockerfile');
const { render } = require('./render');

/** @typedef {import('./render').KubernetesObject} KubernetesObject */

const { version } = manifestOf('.');
const settings = require(path.join(paths.root, 'libs', 'nest-kit', 'dist', 'config', 'settings.js')).settings;
const { readConfig } = require(path.join(paths.root, 'libs', 'nest-kit', 'dist', 'config', 'read-config.js'));
const compose = readCompose();
const connectionsMetric = 'nexus_realtime_connections';

/** @type {Record<string, KubernetesObject[]>} */
const overlays = {};

beforeAll(async () => {
  for (const name of ['base', 'overlays/local', 'overlays/production'])
    overlays[name] = await render(path.join(paths.root, 'k8s', name));
}, 300_000);

/**
 * @param {string} overlay
 * @param {string} kind
 * @param {string} name
 * @returns {any}
 */
function objectOf(overlay, kind, name) {
  const found = overlays[overlay]?.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`${overlay} has no ${kind} ${name}.`);
  return found;
}

/** @param {string} service @param {string} [overlay] */
const podOf = (service, overlay = 'base') => objectOf(overlay, 'Deployment', service).spec.template.spec;

/**
 * The environment of a service in the cluster: what the image sets, what all share, what it has alone.
 * @param {string} service
 * @returns {Record<string, string>} for a value that comes from the Secret, a stand-in
 */
function environmentOf(service) {
  const [container] = podOf(service).containers;
  const own = container.env.map((/** @type {any} */ { name, value }) => [name, value ?? secretFor(name)]);
  const shared = objectOf('base', 'ConfigMap', 'nexus-settings').data;
  return { ...stageOf(service).env, ...shared, ...Object.fromEntries(own) };
}

/** @param {string} name */
const secretFor = (name) =>
  ({
    DATABASE_URL: 'postgresql://nexus:secret@postgres:5432/nexus',
    GIT_REMOTE_URL_TEMPLATE: 'https://git.example/{owner}/{workspace}.git',
    STATE_ENCRYPTION_KEYS: `first:${randomBytes(32).toString('base64')}`,
  })[name] ?? 'f'.repeat(48);

describe.each(serviceNames)('%s', (service) => {
  const { portSetting, grpcSetting, repositories } = services[service];
  const port = settings[portSetting].default;
  const grpcPorts = grpcSetting === undefined ? [] : [Number(settings[grpcSetting].default)];
  const image = stageOf(service);

  it('listens on the same port in all deployments', () => {
    const [container] = podOf(service).containers;
    expect(image.env[portSetting]).toBe(String(port));
    expect(environmentOf(service)[portSetting]).toBe(String(port));
    expect(container.ports).toEqual([
      { name: 'http', containerPort: port },
      ...grpcPorts.map((grpc) => ({ name: 'grpc', containerPort: grpc })),
    ]);
    const { spec } = objectOf('base', 'Service', service);
    expect(spec.ports).toEqual([
      { name: 'http', port, targetPort: 'http' },
      ...grpcPorts.map((grpc) => ({ name: 'grpc', port: grpc, targetPort: 'grpc' })),
    ]);
    expect(compose.services[service].environment[portSetting]).toBe(port);
    if (service === 'snapshot-worker') expect(compose.services[service].ports).toBeUndefined();
    else
      expect(compose.services[service].ports).toEqual(
        [port, ...grpcPorts].map((open) => `127.0.0.1:${open}:${open}`),
      );
  });

  it('is named settings that there are, and starts with them', () => {
    for (const names of [
      Object.keys(image.env),
      Object.keys(environmentOf(service)),
      Object.keys(compose.services[service].environment),
    ])
      expect(names.filter((name) => !(name in settings))).toEqual([]);
    const config = readConfig(environmentOf(service));
    expect(config).toMatchObject({ NODE_ENV: 'production', REDIS_HOST: 'redis', REDIS_PORT: 6379 });
    const variables = { POSTGRES_PASSWORD: 'p', REDIS_PASSWORD: 'r', JWT_SECRET_KEY: 'f'.repeat(48) };
    expect(
      readConfig({ ...image.env, ...filledIn(compose.services[service].environment, variables) }),
    ).toMatchObject({
      NODE_ENV: 'production',
      DATABASE_URL: 'postgresql://nexus:p@postgres:5432/nexus',
      REDIS_HOST: 'redis',
    });
  });

  it('takes its secrets from the Secret', () => {
    const secrets = podOf(service)
      .containers[0].env.filter((/** @type {any} */ { name }) => /SECRET|PASSWORD|_URL/.test(name))
      .map((/** @type {any} */ { name, valueFrom }) => [
        name,
        valueFrom?.secretKeyRef?.name,
        valueFrom?.secretKeyRef?.key,
      ]);
    for (const [name, secret, key] of secrets) expect([secret, key]).toEqual(['nexus-secrets', name]);
    expect(secrets.map((/** @type {any[]} */ [name]) => name)).toEqual(
      expect.arrayContaining(['DATABASE_URL', 'REDIS_PASSWORD', 'JWT_SECRET_KEY']),
    );
  });

  it('is asked for life and readiness where it answers', () => {
    const controller = fs.readFileSync(
      path.join(paths.root, 'libs/nest-kit/src/health/health.controller.ts'),
      'utf8',
    );
    const answered = [...controller.matchAll(/@Get\('(.*)'\)/g)].map(([, name]) => `/health/${name}`);
    const [container] = podOf(service).containers;
    expect(container.startupProbe.httpGet).toEqual({ path: '/health/live', port: 'http' });
    expect(container.livenessProbe.httpGet).toEqual({ path: '/health/live', port: 'http' });
    expect(container.readinessProbe.httpGet).toEqual({ path: '/health/ready', port: 'http' });
    expect(answered).toEqual(expect.arrayContaining(['/health/live', '/health/ready']));
    expect(fs.readFileSync(path.join(paths.root, 'docker/health-check.js'), 'utf8')).toContain(
      '/health/live',
    );
  });

  it('has one image, under one name', () => {
    const name = `nexus-state/${service}`;
    expect(podOf(service).containers[0].image).toBe(`${name}:${version}`);
    expect(podOf(service, 'overlays/local').containers[0].image).toBe(`${name}:${version}`);
    expect(podOf(service, 'overlays/production').containers[0].image).toMatch(`/${name}:${version}`);
    expect(compose.services[service].image).toBe(`${name}:\${NEXUS_VERSION:-${version}}`);
    expect(compose.services[service].build.dockerfile).toBe(`docker/${service}/Dockerfile`);
  });

  it('finds the repositories where they are mounted, and only the worker may write them', () => {
    const { containers, volumes } = podOf(service);
    const folder = image.env['GIT_WORKSPACE_ROOT'];
    expect(environmentOf(service)['GIT_WORKSPACE_ROOT']).toBe(folder);
    const mounts = containers[0].volumeMounts.filter((/** @type {any} */ { name }) => name === 'snapshots');
    const readOnly = repositories === 'read' ? { readOnly: true } : {};
    expect(mounts).toEqual(
      repositories === 'none' ? [] : [{ name: 'snapshots', mountPath: folder, ...readOnly }],
    );
    const claims = volumes.flatMap(
      (/** @type {any} */ volume) => volume.persistentVolumeClaim?.claimName ?? [],
    );
    expect(claims).toEqual(repositories === 'none' ? [] : ['snapshots']);
  });

  it('runs without rights, as the user of its image', () => {
    const pod = podOf(service);
    expect(`${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}`).toBe(image.user);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(objectOf('base', 'ServiceAccount', service).automountServiceAccountToken).toBe(false);
    expect(pod.serviceAccountName).toBe(service);
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('has more time to end than it waits and drains', () => {
    const { terminationGracePeriodSeconds, containers } = podOf(service);
    const runService = fs.readFileSync(
      path.join(paths.root, 'libs/nest-kit/src/service/run-service.ts'),
      'utf8',
    );
    const drainMs = Number(/drainMs = ([\d_]+)/.exec(runService)?.[1]?.replaceAll('_', ''));
    const [, wait] = containers[0].lifecycle.preStop.exec.command;
    expect(terminationGracePeriodSeconds).toBeGreaterThan(Number(wait) + drainMs / 1000);
    expect(Number.parseInt(compose.services[service].stop_grace_period)).toBeGreaterThan(drainMs / 1000);
  });

  it('gets what it needs, and grows with its load', () => {
    expect(podOf(service).containers[0].resources).toEqual({
      requests: { cpu: '500m', memory: '512Mi' },
      limits: { cpu: '2', memory: '2Gi' },
    });
    for (const overlay of ['base', 'overlays/production']) {
      const { spec } = objectOf(overlay, 'HorizontalPodAutoscaler', service);
      expect(spec.scaleTargetRef).toMatchObject({ kind: 'Deployment', name: service });
      expect([spec.minReplicas, spec.maxReplicas]).toEqual([2, 10]);
      const targets = spec.metrics.map((/** @type {any} */ { resource, pods }) =>
        resource ? [resource.name, resource.target.averageUtilization] : [pods.metric.name, pods.target.type],
      );
      const connections = [connectionsMetric, 'AverageValue'];
      const wanted = [['cpu', 70], ['memory', 80], ...(service === 'realtime-gateway' ? [connections] : [])];
      expect(targets).toEqual(wanted);
    }
    const gauges = fs.readFileSync(
      path.join(paths.root, 'apps/realtime-gateway/src/metrics/connection-gauges.ts'),
      'utf8',
    );
    expect(gauges).toContain(`name: '${connectionsMetric}'`);
    expect(objectOf('base', 'Deployment', service).spec.replicas).toBeUndefined();
    expect(objectOf('base', 'PodDisruptionBudget', service).spec.maxUnavailable).toBe(1);
  });

  it('is chosen by its own name everywhere, and may be scraped', () => {
    const chosen = { matchLabels: { 'app.kubernetes.io/name': service } };
    const { spec } = objectOf('base', 'Deployment', service);
    expect(spec.selector).toEqual(chosen);
    expect(spec.template.metadata.labels).toMatchObject(chosen.matchLabels);
    expect(spec.template.metadata.annotations).toEqual({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': String(port),
      'prometheus.io/path': '/metrics',
    });
    expect(objectOf('base', 'Service', service).spec.selector).toEqual(chosen.matchLabels);
    expect(objectOf('base', 'PodDisruptionBudget', service).spec.selector).toEqual(chosen);
    const policy = objectOf('base', 'NetworkPolicy', service).spec;
    expect(policy.podSelector).toEqual(chosen);
    expect(policy.ingress[0].ports).toEqual([{ port: 'http' }]);
    expect(JSON.stringify(policy.ingress[0].from)).toContain('"kubernetes.io/metadata.name":"monitoring"');
  });
});

/**
 * @param {Record<string, unknown>} environment of the compose file
 * @param {Record<string, string>} variables of its env file
 */
function filledIn(environment, variables) {
  const fill = (/** @type {unknown} */ value) =>
    String(value).replace(
      /\$\{([A-Z_]+)(?::-([^}]*)|[^}]*)\}/g,
      (_, name, fallback) => variables[name] ?? fallback ?? `no ${name}`,
    );
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, fill(value)]));
}
