import path from 'node:path';

declare const PACKAGE_VERSION: string;

/** Runs the command line of this process. */
async function main(argv: readonly string[]): Promise<number> {
  // Asked for often, and by scripts: nothing else is loaded.
  if (argv.length === 1 && ['--version', '-V'].includes(argv[0] as string)) {
    process.stdout.write(`${PACKAGE_VERSION}\n`);
    return 0;
  }
  const [{ run }, { Interrupted }, { default: envPaths }] = await Promise.all([
    import('./cli/run'),
    import('./cli/failures'),
    import('env-paths'),
  ]);
  const interruption = new AbortController();
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => interruption.abort(new Interrupted(exitCode)));
  }
  const { stdin, stdout, stderr, env } = process;
  // A reader such as `head` that has seen enough is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const folders = envPaths('nexus', { suffix: '' });
  return run(argv, {
    stdin,
    stdout,
    stderr,
    env,
    folder: process.cwd(),
    home: __dirname,
    profileFile: path.join(folders.config, 'profiles.json'),
    dataFolder: folders.data,
    signal: interruption.signal,
  });
}

main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(
      `nexus: unexpected error: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = 1;
  },
);
