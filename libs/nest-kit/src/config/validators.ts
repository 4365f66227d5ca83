import { remoteTemplateProblem } from '@nexus-state/state-core';
import { type RedisClusterAddress, readRedisCluster } from '@nexus-state/redis/address';
import { KeyRing } from '@nexus-state/store/secrets';
import { makeExactValidator, makeValidator } from 'envalid';
import ms from 'ms';

/** A PostgreSQL address: `postgresql://user:password@host:port/database`. */
export const postgresUrl = makeExactValidator<string>((input) =>
  checkUrl(input, ['postgresql:', 'postgres:']),
);

/** A Redis address: `redis://host:port/db`, or `rediss://` over TLS. */
export const redisUrl = makeExactValidator<string>((input) => checkUrl(input, ['redis:', 'rediss:']));

/** The nodes of a Redis Cluster: `redis://one:6379,redis://two:6379`, or a JSON list of such addresses. */
export const redisClusterNodes = makeExactValidator<RedisClusterAddress>((input) => readRedisCluster(input));

/** Encryption keys: `id:base64,id:base64`, newest first. Its refusal never quotes them. */
export const keyRing = makeExactValidator<KeyRing>((input) => {
  if (!/^[^,:]+:[^,:]+(,[^,:]+:[^,:]+)*$/.test(input))
    throw new Error('must be a list such as id:base64,id:base64');
  try {
    return KeyRing.parse(input);
  } catch (error) {
    throw new Error(String((error as { facts?: { reason?: unknown } }).facts?.reason ?? 'cannot be read'));
  }
});

/** An address: `https://…`, or `http://…` within a trusted network. */
export const httpUrl = makeExactValidator<string>((input) => checkUrl(input, ['https:', 'http:']));

/** A template for addresses of remotes, with `{owner}` and `{workspace}`; its refusal never quotes it. */
export const remoteTemplate = makeExactValidator<string>((input) => {
  const problem = remoteTemplateProblem(input);
  if (problem) throw new Error(problem);
  return input;
});

/** A whole number within bounds. */
export const wholeNumber = (min: number, max: number) =>
  makeExactValidator<number>((input) => {
    const value = /^\d{1,15}$/.test(input) ? Number(input) : NaN;
    if (!(value >= min && value <= max)) throw new Error(`must be a whole number from ${min} to ${max}`);
    return value;
  });

/** How many there may be in a second: a number, or 0 for no limit. */
export const rate = makeExactValidator<number>((input) => {
  const value = /^\d{1,6}(\.\d{1,6})?$/.test(input) ? Number(input) : NaN;
  if (Number.isNaN(value)) throw new Error('must be a number below 1000000, or 0 for no limit');
  return value;
});

/** A share of a whole: a number from 0 to 1. */
export const share = makeExactValidator<number>((input) => readShare(input));

/** A share of a whole; or `all`, read as 1, or `off`, read as 0. */
export const shareOrSwitch = makeExactValidator<number>((input) => {
  if (input === 'all') return 1;
  return input === 'off' ? 0 : readShare(input, ', or all or off');
});

function readShare(input: string, orElse = ''): number {
  const value = /^\d(\.\d{1,9})?$/.test(input) ? Number(input) : NaN;
  if (!(value <= 1)) throw new Error(`must be a number from 0 to 1, such as 0.1${orElse}`);
  return value;
}

/** A duration such as `5m`, `20s` or `500ms`, read as milliseconds. */
export const duration = (minMs: number, maxMs: number) =>
  makeExactValidator<number>((input) => readDuration(input, minMs, maxMs));

/** A duration, read as milliseconds; or `off` or `0`, read as 0. */
export const durationOrOff = (minMs: number, maxMs: number) =>
  makeExactValidator<number>((input) =>
    input === 'off' || input === '0' ? 0 : readDuration(input, minMs, maxMs, ', or off'),
  );

function readDuration(input: string, minMs: number, maxMs: number, orElse = ''): number {
  const value = /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(input) ? ms(input as ms.StringValue) : NaN;
  if (!(value >= minMs && value <= maxMs)) {
    throw new Error(`must be a duration such as 20s or 5m, from ${ms(minMs)} to ${ms(maxMs)}${orElse}`);
  }
  return value;
}

/** A JSON list of texts, e.g. `["https://app.example"]`. */
export const textList = makeExactValidator<readonly string[]>((input) => {
  const value: unknown = parseJson(input);
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new Error('must be a JSON list of strings, e.g. ["https://app.example"]');
  }
  return value as string[];
});

/** A text that is not empty. */
export const text = makeValidator<string>((input) => {
  if (input === '') throw new Error('must not be empty');
  return input;
});

function parseJson(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return undefined;
  }
}

function checkUrl(input: string, protocols: readonly string[]): string {
  const url = URL.canParse(input) ? new URL(input) : undefined;
  if (!url || !protocols.includes(url.protocol)) throw new Error(`must start with ${protocols[0]}//`);
  return input;
}
