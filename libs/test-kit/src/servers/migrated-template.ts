import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { asAdministrator, databaseOn } from './administrator';

const migrations = path.resolve(__dirname, '../../../adapters/postgres/dist');
const known = new Map<string, Promise<string>>();
/** Any number that only this file uses: specs that need the template at the same moment make it once. */
const templateLock = 7_264_118;

/**
 * The database of a server that test databases are copied from: our schema, as the built migrations make it. A copy takes a
 * fraction of the time that the migrations take. The name changes with the migrations, so a server that outlives them
 * never hands out an old schema.
 * @param server the address of a database of the server
 * @returns the name of the template
 */
export function migratedTemplate(server: string): Promise<string> {
  let template = known.get(server);
  if (!template) {
    template = makeTemplate(server);
    known.set(server, template);
    template.catch(() => known.delete(server));
  }
  return template;
}

async function makeTemplate(server: string): Promise<string> {
  const name = `nexus_template_${await schemaHash()}`;
  await asAdministrator(server, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [templateLock]);
    const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount) return;
    // Under another name until it is complete: a run that is killed in the middle leaves no half template behind.
    const draft = `${name}_draft`;
    await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${draft}`);
    const env = { ...process.env, DATABASE_URL: databaseOn(server, draft) };
    await promisify(execFile)(process.execPath, [path.join(migrations, 'migrate.js')], { env });
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
  });
  return name;
}

async function schemaHash(): Promise<string> {
  const folder = path.join(migrations, 'migrations');
  const hash = createHash('sha256');
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.js')).sort())
    hash.update(await readFile(path.join(folder, file)));
  return hash.digest('hex').slice(0, 16);
}
