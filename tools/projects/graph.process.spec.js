// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { removeFolder, run, scratchFolder } = require('../process');
const paths = require('../paths');
const { mayImport } = require('./may-import');

/** @typedef {{ kind: string, imports: string[] }} Node */

/** @type {string} */
let folder;
/** @type {Record<string, Node>} */
let graph;

beforeAll(async () => {
  folder = scratchFolder('graph');
  const file = path.join(folder, 'graph.json');
  const nx = path.join(paths.nodeModules, 'nx', 'dist', 'bin', 'nx.js');
  const env = { ...process.env, NX_DAEMON: 'false', NX_ISOLATE_PLUGINS: 'false', CI: 'true' };
  const { code, output } = await run([process.execPath, nx, 'graph', `--file=${file}`], {
    cwd: paths.root,
    env,
  });
  if (code !== 0) throw new Error(output);
  graph = readGraph(JSON.parse(fs.readFileSync(file, 'utf8')).graph);
});

afterAll(() => folder && removeFolder(folder));

/**
 * The projects as Nx finds them by their imports; packages from outside left out.
 * @param {{ nodes: Record<string, any>, dependencies: Record<string, { target: string }[]> }} found
 * @returns {Record<string, Node>}
 */
function readGraph({ nodes, dependencies }) {
  return Object.fromEntries(
    Object.entries(nodes).map(([name, { data }]) => {
      const tag = data.tags.find((/** @type {string} */ one) => one.startsWith('type:'));
      const imports = (dependencies[name] ?? []).map(({ target }) => target).filter((to) => to in nodes);
      return [name, { kind: tag?.slice('type:'.length), imports }];
    }),
  );
}

it('sees the imports between projects', () => {
  expect(graph['@nexus-state/state-core']?.imports).toEqual(['@nexus-state/documents']);
  expect(graph['tools']?.imports).toContain('@nexus-state/embedded');
});

it('lets each project import only the kinds that it may', () => {
  const refused = Object.entries(graph).flatMap(([name, { kind, imports }]) =>
    imports
      .filter((target) => !isStarted(kind, target) && !mayImport[kind]?.includes(graph[target]?.kind ?? ''))
      .map((target) => `${name} -> ${target}`),
  );
  expect(refused).toEqual([]);
});

/**
 * @param {string} kind
 * @param {string} target
 */
const isStarted = (kind, target) => kind === 'e2e' && graph[target]?.kind === 'app';

it('has no circle', () => {
  expect(Object.keys(graph).filter((name) => reaches(name, name))).toEqual([]);
});

it('lets nothing import an app or the tools', () => {
  // The end-to-end specs name the services that they start, so that Nx knows what reaches them.
  const imported = Object.values(graph).flatMap(({ kind, imports }) =>
    imports.filter((target) => !isStarted(kind, target)),
  );
  expect(imported.filter((name) => ['app', 'cli', 'tool'].includes(graph[name]?.kind ?? ''))).toEqual([]);
});

it('finds no source of a library or an app that imports a file of the tools', () => {
  const imports = /(?:from|import|require)\s*\(?\s*['"][./]*\/tools\//;
  const sources = ['apps', 'libs'].flatMap((place) => sourcesIn(path.join(paths.root, place)));
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((file) => imports.test(fs.readFileSync(file, 'utf8')))).toEqual([]);
});

/**
 * Whether imports lead from a project to another one.
 * @param {string} from
 * @param {string} to
 * @param {Set<string>} [seen]
 * @returns {boolean}
 */
function reaches(from, to, seen = new Set()) {
  return (graph[from]?.imports ?? []).some((next) => {
    if (next === to) return true;
    if (seen.has(next)) return false;
    seen.add(next);
    return reaches(next, to, seen);
  });
}

/**
 * @param {string} place
 * @returns {string[]}
 */
function sourcesIn(place) {
  return fs.readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
    if (['node_modules', 'dist'].includes(entry.name)) return [];
    const inside = path.join(place, entry.name);
    if (entry.isDirectory()) return sourcesIn(inside);
    return /\.[jt]sx?$/.test(entry.name) ? [inside] : [];
  });
}
