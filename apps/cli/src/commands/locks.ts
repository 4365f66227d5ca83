import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Context } from '../cli/context';
import { type AddCommands, examples } from '../cli/define';
import { exitCodes } from '../cli/exit-codes';
import { UsageError } from '../cli/failures';
import { timeSpan } from '../input/options';

/** The command that holds a lock. */
export const addLockCommands: AddCommands = (parent, run) => {
  examples(
    parent
      .command('lock <name>')
      .usage('[options] <name> -- <command> [argument...]')
      .description(
        'Hold a lock while a command runs, and exit with its exit code; with 3 where others hold the lock.\n' +
          'The command finds NEXUS_LOCK and NEXUS_FENCING_TOKEN in its environment.',
      )
      .option('--wait <time>', 'wait so long for the lock, 10s where not given', timeSpan)
      .option(
        '--ttl <time>',
        'free the lock so long after this process is gone, 30s where not given',
        timeSpan,
      )
      .action(run(lock)),
    ['nexus lock deploy -- ./deploy.sh', 'run it alone'],
    ['nexus lock deploy --wait 0 -- ./deploy.sh', 'run it now or not at all'],
  );
};

async function lock(
  context: Context,
  name: string,
  { wait, ttl }: { readonly wait?: number; readonly ttl?: number },
): Promise<{ exitCode: number }> {
  const [command, ...argv] = context.behindDashes;
  if (command === undefined)
    throw new UsageError('Which command? Write it behind --.', `nexus lock ${name} -- COMMAND`);
  const { locks } = await context.client();
  context.place = { ...context.place, subject: `lock ${name}` };
  const options = {
    ...(wait === undefined ? {} : { waitMs: wait }),
    ...(ttl === undefined ? {} : { ttlMs: ttl }),
    signal: context.signal,
  };
  return locks.withLock(
    name,
    async ({ signal, fencingToken }) => {
      const env = {
        ...context.surroundings.env,
        NEXUS_LOCK: name,
        NEXUS_FENCING_TOKEN: String(fencingToken),
      };
      const ended = runCommand(command, argv, env, signal, context.signal);
      const exitCode = await ended;
      if (signal.aborted && !context.signal.aborted) {
        context.terminal.failure([`nexus: The lock "${name}" was lost while ${command} ran; it was ended.`]);
        return { exitCode: exitCodes.conflict };
      }
      return { exitCode };
    },
    options,
  );
}

/** Runs a command to its end, and gives its exit code as a shell does. */
function runCommand(
  command: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  lost: AbortSignal,
  interrupted: AbortSignal,
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, argv, { stdio: 'inherit', env });
    // Ctrl-C reaches the command by itself; other signals reach only this process.
    const end = () => child.kill(interrupted.aborted ? 'SIGINT' : 'SIGTERM');
    lost.addEventListener('abort', end, { once: true });
    child.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      process.stderr.write(`nexus: ${command} cannot be run: ${message}\n`);
      resolve(code === 'ENOENT' ? 127 : 126);
    });
    child.once('exit', (status, signal) => {
      lost.removeEventListener('abort', end);
      resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
