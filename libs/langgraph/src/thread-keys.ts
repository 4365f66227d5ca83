/** One checkpoint, by where it is. */
export interface CheckpointPlace {
  readonly threadId: string;
  readonly namespace: string;
  readonly checkpointId: string;
}

/**
 * Where a checkpointer keeps what: below a prefix, `<thread>/<namespace>/` and then `newest`, `checkpoints/<id>`,
 * `values/<channel>/<version>` and `writes/<checkpoint>/<task>/<index>`. Each name has a letter in front, so that none is empty or dots.
 */
export class ThreadKeys {
  constructor(private readonly prefix: string) {}

  /** What all keys of all threads begin with, or those of one thread, or of one namespace of it. */
  within(threadId?: string, namespace?: string): string {
    if (threadId === undefined) return this.prefix;
    const thread = `${this.prefix}${name('t', threadId)}/`;
    return namespace === undefined ? thread : `${thread}${name('n', namespace)}/`;
  }

  newest(threadId: string, namespace: string): string {
    return `${this.within(threadId, namespace)}newest`;
  }

  checkpoints(threadId: string, namespace: string): string {
    return `${this.within(threadId, namespace)}checkpoints/`;
  }

  checkpoint({ threadId, namespace, checkpointId }: CheckpointPlace): string {
    return `${this.checkpoints(threadId, namespace)}${name('c', checkpointId)}`;
  }

  value({ threadId, namespace }: CheckpointPlace, channel: string, version: number | string): string {
    return `${this.within(threadId, namespace)}values/${name('v', channel)}/${name('v', String(version))}`;
  }

  /** The writes to a checkpoint, or only those of a task. */
  writes({ threadId, namespace, checkpointId }: CheckpointPlace, taskId?: string): string {
    const all = `${this.within(threadId, namespace)}writes/${name('c', checkpointId)}/`;
    return taskId === undefined ? all : `${all}${name('k', taskId)}/`;
  }

  /** Which checkpoint a key holds; undefined where it holds something else. */
  placeOf(key: string): CheckpointPlace | undefined {
    const [thread, namespace, kind, checkpoint, ...rest] = key.slice(this.prefix.length).split('/');
    if (!thread || !namespace || kind !== 'checkpoints' || !checkpoint || rest.length > 0) return undefined;
    return { threadId: nameIn(thread), namespace: nameIn(namespace), checkpointId: nameIn(checkpoint) };
  }

  /** The task and the index of a key of a write. */
  writeOf(key: string): { readonly taskId: string; readonly index: number } {
    const [task = '', index = ''] = key.split('/').slice(-2);
    return { taskId: nameIn(task), index: Number(index) };
  }
}

function name(letter: string, text: string): string {
  return letter + encodeURIComponent(text);
}

function nameIn(part: string): string {
  return decodeURIComponent(part.slice(1));
}
