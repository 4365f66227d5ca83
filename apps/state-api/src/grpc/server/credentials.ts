import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ServerCredentials } from '@grpc/grpc-js';
import { type Config, ConfigError } from '@nexus-state/nest-kit';

type TlsSetting = 'GRPC_TLS_CERT' | 'GRPC_TLS_KEY' | 'GRPC_TLS_CLIENT_CA';

/**
 * What the gRPC port is secured with: TLS where a certificate is configured, and then certificates of clients where their
 * issuers are.
 * @throws ConfigError naming the setting whose file cannot be read, or holds nothing that fits
 */
export function serverCredentials(config: Pick<Config, TlsSetting>): ServerCredentials {
  const certificate = fileOf(config, 'GRPC_TLS_CERT');
  const key = fileOf(config, 'GRPC_TLS_KEY');
  const issuers = fileOf(config, 'GRPC_TLS_CLIENT_CA');
  if (!certificate || !key) return ServerCredentials.createInsecure();
  try {
    // The server would only look at them when it begins to listen.
    createSecureContext({ cert: certificate, key, ...(issuers ? { ca: issuers } : {}) });
  } catch (error) {
    throw problem('GRPC_TLS_CERT: does not fit GRPC_TLS_KEY, or one of the files is not PEM', error);
  }
  return ServerCredentials.createSsl(
    issuers ?? null,
    [{ cert_chain: certificate, private_key: key }],
    issuers !== undefined,
  );
}

function fileOf(config: Pick<Config, TlsSetting>, setting: TlsSetting): Buffer | undefined {
  const file = config[setting];
  if (file === undefined) return undefined;
  try {
    return readFileSync(file);
  } catch (error) {
    throw problem(`${setting}: the file cannot be read (${(error as NodeJS.ErrnoException).code})`, error);
  }
}

function problem(text: string, cause: unknown): ConfigError {
  return new ConfigError(`The configuration is not valid:\n  ${text}`, { cause });
}
