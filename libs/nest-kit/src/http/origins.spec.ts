import { mayConnectFrom } from './origins';

const origins = ['https://app.example'];

it.each([
  ['a client without an Origin header', undefined, true],
  ['an origin of the list', 'https://app.example', true],
  ['the host that is asked itself', 'http://gateway.example:8002', true],
  ['another origin', 'https://elsewhere.example', false],
  ['another port of an origin of the list', 'https://app.example:444', false],
  ['another scheme of an origin of the list', 'http://app.example', false],
  ['the opaque origin', 'null', false],
  ['what is no origin', 'gateway.example:8002', false],
])('lets %s connect, or not', (_, origin, allowed) => {
  const headers = { host: 'gateway.example:8002', ...(origin === undefined ? {} : { origin }) };
  expect(mayConnectFrom({ headers }, origins)).toBe(allowed);
});

it('looks at no origin where none is configured', () => {
  expect(mayConnectFrom({ headers: { origin: 'https://anywhere.example' } }, [])).toBe(true);
});
