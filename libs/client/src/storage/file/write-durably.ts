import { open, rename } from 'node:fs/promises';

/** Writes a file whole: after a crash there is the text before, or this one, never a part. Only this user may read it. */
export async function writeDurably(file: string, text: string): Promise<void> {
  const draft = `${file}.new`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
