import fc from 'fast-check';
import { remoteTemplateProblem, remoteUrl } from './remote-url';

describe('remoteTemplateProblem', () => {
  it.each([
    'https://git.example/{owner}/{workspace}.git',
    'https://user:p%40ss@git.example:8443/team-{owner}/{workspace}',
    'http://localhost:3000/{owner}/{workspace}',
    'ssh://git@git.example/{owner}/{workspace}.git',
    'git@git.example:{owner}/{workspace}.git',
    'git.example:/srv/{owner}/{workspace}.git',
    'file:///srv/mirrors/{owner}/{workspace}.git',
  ])('takes %s', (template) => expect(remoteTemplateProblem(template)).toBeUndefined());

  it.each([
    ['https://git.example/{workspace}.git', '{owner}'],
    ['https://git.example/{owner}.git', '{workspace}'],
    ['https://git.example/{owner}/{workspace}/{panel}', 'no placeholders but'],
    ['https://git.example/{owner}-{workspace}', 'slash between'],
    ['https://git.example/{owner}/ {workspace}', 'no spaces'],
    ['https://{owner}.example/{workspace}', 'in its path'],
    ['https://{owner}:{workspace}@git.example/', 'slash between'],
    ['https://git.example/?q={owner}/{workspace}', 'in its path'],
    ['https://git.example/#{owner}/{workspace}', 'in its path'],
    ['https://user:p%0Ass@git.example/{owner}/{workspace}', 'control characters'],
    ['https://user:p%ss@git.example/{owner}/{workspace}', 'percent-encoded'],
    ['ext::sh -c {owner}/{workspace}', 'no spaces'],
    ['ext::sh/{owner}/{workspace}', 'such as'],
    ['ftp://git.example/{owner}/{workspace}', 'such as'],
    ['--upload-pack={owner}/{workspace}', 'such as'],
    ['/srv/{owner}/{workspace}', 'such as'],
    ['-oProxyCommand=x:{owner}/{workspace}', 'such as'],
  ])('refuses %s', (template, reason) => {
    expect(remoteTemplateProblem(template)).toContain(reason);
  });

  it('does not quote what may be a password', () => {
    expect(remoteTemplateProblem('ftp://u:secret@h/{owner}/{workspace}')).not.toContain('secret');
  });
});

describe('remoteUrl', () => {
  const template = 'https://git.example/{owner}/{workspace}.git';
  const urlOf = (owner: string, workspaceId = 'ws') => remoteUrl(template, { owner, workspaceId });

  it.each([
    ['ann', 'ann'],
    ['auth0|Änn', 'auth0%7C%C3%84nn'],
    ['ann@example.com', 'ann%40example.com'],
    ['a:b~c.d', 'a%3Ab~c.d'],
    ['a/b', 'a%252Fb'],
    ['a%2Fb', 'a%25252Fb'],
    ['..', '%252E.'],
    ['../../etc', '%252E.%252F..%252Fetc'],
    ['a\nb', 'a%250Ab'],
    ['{workspace}', '%7Bworkspace%7D'],
    ['$&', '%24%26'],
  ])('puts %j in as %s', (owner, encoded) => {
    expect(urlOf(owner)).toBe(`https://git.example/${encoded}/ws.git`);
  });

  it('is one step of a path for every owner, also once decoded, and another one for each', () => {
    const owners = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string({ unit: fc.constantFrom('.', '/', '%', '2', 'F', '5', 'a'), minLength: 1 }),
    );
    fc.assert(
      fc.property(owners, owners, (a, b) => {
        const decoded = decodeURIComponent(new URL(urlOf(a)).pathname).split('/');
        expect(decoded).toHaveLength(3);
        expect(decoded[1]).not.toMatch(/^\.|[\u0000-\u001f\\]/);
        expect(urlOf(a) === urlOf(b)).toBe(a === b);
      }),
    );
  });
});
