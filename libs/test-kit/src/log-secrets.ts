import { randomUUID } from 'node:crypto';

const mark = 'planted-';

/**
 * A value that must never appear in a log: for states, keys of requests, tokens, passwords.
 * `TestStack.close` finds it there, within other text, too.
 * @param label what is planted, to be recognized in the failure
 */
export function planted(label: string): string {
  return `${mark}${label}-${randomUUID()}`;
}

/** Settings that hold nothing but a secret, and those that hold one in an address. */
const secretSettings = ['JWT_SECRET_KEY', 'REDIS_PASSWORD'];
const addressSettings = ['DATABASE_URL', 'REDIS_URL', 'CACHE_REDIS_URL', 'GIT_REMOTE_URL_TEMPLATE'];

/** A JSON Web Token, anywhere in a text. */
const token = /\beyJ[\w-]{10,}\.[\w-]+\.[\w-]*/g;

/**
 * The lines of a service's output that contain what no log may: its secrets, tokens, and what was planted.
 * @param output everything it has printed
 * @param settings its environment
 */
export function leaksIn(output: string, settings: Readonly<Record<string, string>>): string[] {
  const secrets = [
    ...secretSettings.flatMap((name) => settings[name] ?? []),
    ...addressSettings.flatMap((name) => passwordsOf(settings[name])),
    ...(settings['STATE_ENCRYPTION_KEYS'] ?? '').split(',').flatMap((key) => key.split(':')[1] ?? []),
    mark,
  ];
  const leaks = (line: string) => secrets.some((secret) => line.includes(secret)) || token.test(line);
  return output.split('\n').filter((line) => {
    token.lastIndex = 0;
    return leaks(line);
  });
}

function passwordsOf(address: string | undefined): string[] {
  const text = address?.replace(/\{\w+\}/g, 'x');
  if (text === undefined || !URL.canParse(text)) return [];
  const { password } = new URL(text);
  // One that is a word, as those of local servers may be, occurs in many lines.
  return password.length < 8 ? [] : [password, decodeURIComponent(password)];
}
