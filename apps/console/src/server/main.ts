import path from 'node:path';
import pino from 'pino';
import { consoleServer } from './server';
import { SettingsError, readSettings } from './settings';

const drainMs = 10_000;

/** Runs the console until it is asked to stop. A mistake in the configuration ends the process with one clear message. */
async function run(): Promise<void> {
  const settings = readSettings(process.env);
  const logger = pino({ name: 'console', level: settings.LOG_LEVEL });
  const server = consoleServer(settings, path.join(__dirname, 'web'));
  const stop = (signal: string) => {
    logger.info({ signal }, 'draining');
    setTimeout(() => process.exit(1), drainMs).unref();
    void server.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  await server.listen({ port: settings.CONSOLE_PORT, host: settings.SERVICE_HOST });
  logger.info({ port: settings.CONSOLE_PORT }, 'listening');
}

run().catch((error: unknown) => {
  process.stderr.write(`console: ${error instanceof SettingsError ? error.message : String(error)}\n`);
  process.exit(1);
});
