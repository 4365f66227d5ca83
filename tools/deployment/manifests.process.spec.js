// @ts-check
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const paths = require('../paths');
const { mistakesIn } = require('./kubernetes-types');
const { render } = require('./render');

const root = path.join(paths.root, 'k8s');
const folders = fs
  .readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => path.basename(name) === 'kustomization.yaml')
  .map((name) => path.dirname(name))
  .sort();

/** @typedef {import('./render').KubernetesObject} KubernetesObject */

/** @type {Record<string, KubernetesObject[]>} */
const rendered = {};

// The first one may fetch kubectl.
beforeAll(async () => {
  for (const folder of folders) rendered[folder] = await render(path.join(root, folder));
}, 300_000);

describe('the manifests', () => {
  it('are those of the base, of each part of it alone, and of the overlays', () => {
    const parts = [
      'state-api',
      'realtime-gateway',
      'snapshot-worker',
      'console',
      'shared',
      'redis',
      'migration',
      'ingress',
    ];
    const wanted = ['base', ...parts.map((part) => `base/${part}`), 'overlays/local', 'overlays/production'];
    expect(folders).toEqual(expect.arrayContaining(wanted));
  });

  it('have only objects that Kubernetes knows, with the fields that they have', () => {
    for (const folder of folders) expect([folder, rendered[folder]?.length]).not.toEqual([folder, 0]);
    expect(mistakesIn(Object.values(rendered).flat())).toEqual([]);
  }, 60_000);

  it.each(folders)('%s puts everything into the namespace nexus, and makes no Secret', (folder) => {
    for (const { kind, metadata } of rendered[folder] ?? []) {
      expect(kind).not.toBe('Secret');
      if (kind === 'Namespace') expect(metadata.name).toBe('nexus');
      else expect([metadata.name, metadata.namespace]).toEqual([metadata.name, 'nexus']);
    }
  });
});

describe('the check of manifests', () => {
  it('finds unknown and missing fields, wrong types and unknown kinds', () => {
    const deployment = rendered['base/state-api']?.find(({ kind }) => kind === 'Deployment');
    /** @type {[(planted: any) => void, RegExp][]} */
    const mistakes = [
      [
        ({ spec }) => (spec.template.spec.containers[0].readynessProbe = {}),
        /readynessProbe.* type 'Container'/,
      ],
      [({ spec }) => (spec.minReadySeconds = '5'), /Type 'string' is not assignable to type 'number'/],
      [({ spec }) => delete spec.selector, /Property 'selector' is missing/],
      [(planted) => (planted.kind = 'Deploymant'), /no exported member 'Deploymant'/],
      [(planted) => (planted.apiVersion = 'apps/v1beta1'), /apps\/v1beta1/],
    ];
    const planted = mistakes.map(([plant], index) => {
      const copy = structuredClone(deployment);
      if (!copy) throw new Error('There is no Deployment to plant mistakes into.');
      copy.metadata.name = `number-${index}`;
      plant(copy);
      return copy;
    });
    const found = mistakesIn(planted);
    expect(found).toHaveLength(mistakes.length);
    for (const [index, [, message]] of mistakes.entries()) {
      expect(found.find((text) => text.includes(` number-${index}: `))).toMatch(message);
    }
  }, 60_000);

  it('says what cannot be rendered, and why', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nexus-k8s-'));
    try {
      fs.writeFileSync(path.join(folder, 'kustomization.yaml'), 'resources: [missing.yaml]\n');
      await expect(render(folder)).rejects.toThrow(/cannot be rendered:[^]*missing\.yaml/);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
