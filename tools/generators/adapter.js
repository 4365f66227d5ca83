// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { namesOf, oneOf } = require('./names');
const { adapterProject } = require('./adapter-project');
const { port } = require('./port');

const SUBJECTS = ['limits', 'panels', 'snapshots', 'workspaces'];

/**
 * A port with its contract suite and its adapter in memory, and the adapter of a driver; its project too, where the driver
 * has none.
 * @param {(string | undefined)[]} args subject, port and driver
 * @param {string} root
 * @returns {import('./write').Generated}
 */
function adapter([subjectName, portName, driverName], root) {
  const subject = oneOf(subjectName, SUBJECTS, 'subject');
  const names = namesOf(portName, 'name of the port');
  const driver = namesOf(driverName, 'name of the driver');
  const folder = `libs/adapters/${driver.file}`;
  const isNew = !fs.existsSync(path.join(root, folder, 'package.json'));
  const ofPort = port(subject, names);
  const file = `${driver.file}-${names.file}`;
  const suite = `describe${names.type}`;
  return {
    files: {
      ...ofPort.files,
      ...(isNew ? adapterProject(folder, driver) : {}),
      [`${folder}/src/${file}.ts`]: driverAdapter(names, driver),
      [`${folder}/src/${file}.spec.ts`]: driverSpec(names, driver, file),
    },
    insertions: [
      ...ofPort.insertions,
      { file: `${folder}/src/index.ts`, line: `export * from './${file}';` },
    ],
    next: [
      `Write the promises of the port in ${subject}/ports/${names.file}.ts, and a test for each in its contract suite.`,
      ...(isNew ? [`Run npm install, and npm install <driver> --save-exact -w ${folder}.`] : []),
      `Give ${driver.type}${names.type} the client of the driver, and run ${suite} in a spec on a real server.`,
      "Wire it up in the app's composition.ts.",
    ],
  };
}

/**
 * @param {import('./names').Names} names of the port
 * @param {import('./names').Names} driver
 */
function driverAdapter({ type }, driver) {
  return `
import { type ${type}, Unavailable, type WorkspaceKey } from '@nexus-state/state-core';

/** What the adapter needs of a client of ${driver.words}. */
export interface ${driver.type}${type}Client {
  get(key: string): Promise<string | undefined>;
  set(key: string, text: string): Promise<void>;
  /** Answers whether there was one. */
  delete(key: string): Promise<boolean>;
}

/** \`${type}\` in ${driver.words}. */
export class ${driver.type}${type} implements ${type} {
  constructor(private readonly client: ${driver.type}${type}Client) {}

  async read(workspace: WorkspaceKey): Promise<string | undefined> {
    return available(() => this.client.get(keyOf(workspace)));
  }

  async write(workspace: WorkspaceKey, text: string): Promise<void> {
    await available(() => this.client.set(keyOf(workspace), text));
  }

  async remove(workspace: WorkspaceKey): Promise<boolean> {
    return available(() => this.client.delete(keyOf(workspace)));
  }
}

function keyOf({ owner, workspaceId }: WorkspaceKey): string {
  return JSON.stringify([owner, workspaceId]);
}

/** @throws Unavailable when the client fails */
async function available<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new Unavailable('The store', { cause });
  }
}
`;
}

/**
 * @param {import('./names').Names} names of the port
 * @param {import('./names').Names} driver
 * @param {string} file
 */
function driverSpec({ type }, driver, file) {
  return `
import { Unavailable } from '@nexus-state/state-core';
import { aWorkspace } from '@nexus-state/state-core/testing/snapshot-builders';
import { ${driver.type}${type} } from './${file}';

describe('${driver.type}${type}', () => {
  it('is unavailable when its client fails, and names the cause', async () => {
    const failure = new Error('connection refused');
    const fails = () => Promise.reject(failure);
    const adapter = new ${driver.type}${type}({ get: fails, set: fails, delete: fails });
    const workspace = aWorkspace();
    for (const call of [adapter.read(workspace), adapter.write(workspace, 'a'), adapter.remove(workspace)]) {
      const error: unknown = await call.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Unavailable);
      expect(error).toHaveProperty('cause', failure);
    }
  });
});
`;
}

module.exports = { adapter };
