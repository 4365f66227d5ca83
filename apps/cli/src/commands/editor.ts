import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { JsonObject } from '@nexus-state/client';
import type { Context } from '../cli/context';
import { Failure } from '../cli/failures';
import { objectArgument } from '../input/values';
import { jsonText } from '../output/json';

/** A state as it left the editor. */
export interface Edited {
  readonly state: JsonObject;
  /** Where its text is, until it is discarded. */
  readonly file: string;
  discard(): Promise<void>;
}

/**
 * Opens a state in the user's editor.
 * @returns undefined where the text was left as it was
 * @throws Failure where the editor fails; UsageError where the text is no JSON object: it is kept then
 */
export async function editText(
  context: Context,
  name: string,
  state: JsonObject,
): Promise<Edited | undefined> {
  const folder = await mkdtemp(path.join(tmpdir(), 'nexus-edit-'));
  const file = path.join(folder, `${name.replace(/[^\w.-]+/g, '-')}.json`);
  const discard = () => rm(folder, { recursive: true, force: true });
  const before = `${jsonText(state)}\n`;
  await writeFile(file, before, { mode: 0o600 });
  try {
    await openEditor(context, file);
  } catch (error) {
    await discard();
    throw error;
  }
  if ((await readFile(file, 'utf8')) === before) {
    await discard();
    return undefined;
  }
  try {
    return { state: await objectArgument(`@${file}`, context.terminal), file, discard };
  } catch (error) {
    context.terminal.note(`Your text is kept: correct it, then nexus set ${name} @${file}`);
    throw error;
  }
}

async function openEditor({ surroundings }: Context, file: string): Promise<void> {
  const { env } = surroundings;
  const editor = env['VISUAL'] || env['EDITOR'] || 'vi';
  // As git does it: the editor may come with arguments, in the words of the shell.
  const child = spawn('sh', ['-c', `${editor} "$1"`, editor, file], { stdio: 'inherit' });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status) => resolve(status ?? 1));
  });
  if (code !== 0) throw new Failure(`The editor (${editor}) ended with ${code}; nothing was changed.`);
}
