import { routedUrl } from './request-target';

it.each([
  ['/api/state/ws?limit=1', '/api/state/ws?limit=1'],
  ['http://api.example:8001/api/state/ws?limit=1', '/api/state/ws?limit=1'],
  ['HTTPS://api.example', '/'],
  ['http://api.example?a=b', '/?a=b'],
  ['*', '/*'],
  ['nonsense', '/nonsense'],
  ['//api.example/a', '//api.example/a'],
])('the target %s is routed as %s', (url, routed) => {
  expect(routedUrl({ url })).toBe(routed);
});
