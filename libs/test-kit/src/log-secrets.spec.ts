import { leaksIn, planted } from './log-secrets';
import { testToken } from './token';

const settings = {
  JWT_SECRET_KEY: 'the-key-of-tokens',
  DATABASE_URL: 'postgresql://nexus:pass%40word@localhost:5432/nexus',
  REDIS_URL: 'redis://:of-redis@localhost:6379/0',
  GIT_REMOTE_URL_TEMPLATE: 'https://user:of-remote@git.example/{owner}/{workspace}.git',
};

it.each([
  'the-key-of-tokens',
  'pass%40word',
  'pass@word',
  'of-redis',
  'of-remote',
  testToken('u'),
  planted('state'),
])('finds %s', (secret) => {
  const line = `{"msg":"failed with ${secret}"}`;
  expect(leaksIn(`fine\n${line}\n${line}\nfine`, settings)).toEqual([line, line]);
});

it('finds nothing in lines without secrets', () => {
  expect(leaksIn('{"msg":"listening","address":"postgresql://nexus@localhost"}\n', settings)).toEqual([]);
});
