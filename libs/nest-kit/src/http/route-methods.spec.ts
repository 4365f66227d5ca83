import { RouteMethods } from './route-methods';

describe('the methods at a path', () => {
  const methods = new RouteMethods();
  for (const [method, path] of [
    ['GET', '/api/state/:workspaceId/:panelId'],
    ['PUT', '/api/state/:workspaceId/:panelId'],
    ['GET', '/api/state/:workspaceId/changes'],
    ['HEAD', '/api/state/:workspaceId/changes'],
    ['POST', '/api/state/:workspaceId/:panelId/revert'],
    ['GET', '/docs/*'],
    ['GET', '/docs/:page'],
    ['POST', '/git/:repository/git-upload-pack'],
    ['POST', '/git/:owner/:repository/git-upload-pack'],
  ] as const)
    methods.add(method, path);

  it.each([
    ['/api/state/ws/panel', 'GET, OPTIONS, PUT'],
    ['/api/state/ws/changes', 'GET, HEAD, OPTIONS'],
    ['/api/st%61te/ws/changes', 'GET, HEAD, OPTIONS'],
    ['/api/state/a%2Fb/panel', 'GET, OPTIONS, PUT'],
    ['/api/state/ws/panel/revert', 'OPTIONS, POST'],
    ['/git/ann/ws.git/git-upload-pack', 'OPTIONS, POST'],
    ['/docs/a/b', 'GET, OPTIONS'],
    ['*', 'GET, HEAD, OPTIONS, POST, PUT'],
    ['/api/state/ws', ''],
    ['/api/state/ws/', ''],
    ['/api/state/ws/panel/', ''],
    ['/api/state/ws/panel/revert/more', ''],
    ['/', ''],
    ['', ''],
    ['/%zz', ''],
  ])('%s are "%s"', (path, allowed) => {
    expect(methods.at(path).join(', ')).toBe(allowed);
  });

  it('are none where there are no routes', () => {
    expect(new RouteMethods().at('*')).toEqual([]);
  });
});
