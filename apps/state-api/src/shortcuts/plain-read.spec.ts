import type { IncomingMessage } from 'node:http';
import { reservedPanelIds } from '@nexus-state/state-core';
import { plainReadOf } from './plain-read';

const plain = ['Host', '127.0.0.1', 'Authorization', 'Bearer t', 'accept', '*/*', 'User-Agent', 'any'];

function requestOf(url: string, more: readonly string[] = [], method = 'GET'): IncomingMessage {
  const rawHeaders = [...plain, ...more];
  const headers: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2)
    headers[(rawHeaders[index] as string).toLowerCase()] ??= rawHeaders[index + 1] as string;
  return { method, url, rawHeaders, headers, httpVersion: '1.1' } as unknown as IncomingMessage;
}

it('takes what reads a panel and asks for nothing else', () => {
  expect(plainReadOf(requestOf('/api/state/garden/lamp'))).toEqual({
    workspaceId: 'garden',
    panelId: 'lamp',
  });
  const known = requestOf('/api/state/a:b~c/..x', ['If-None-Match', '"1"', 'X-Request-Id', 'one']);
  expect(plainReadOf(known)).toEqual({ workspaceId: 'a:b~c', panelId: '..x' });
});

it.each<readonly [string, IncomingMessage]>([
  ['another method', requestOf('/api/state/garden/lamp', [], 'HEAD')],
  ['a query', requestOf('/api/state/garden/lamp?version=1')],
  ['an empty query', requestOf('/api/state/garden/lamp?')],
  ['a workspace', requestOf('/api/state/garden')],
  ['what is below a panel', requestOf('/api/state/garden/lamp/history')],
  ['an id that is encoded', requestOf('/api/state/garden/l%61mp')],
  ['the absolute form', requestOf('http://127.0.0.1/api/state/garden/lamp')],
  ['a key', requestOf('/api/kv/garden/lamp')],
  ['a header that may change the answer', requestOf('/api/state/garden/lamp', ['Cache-Control', 'no-cache'])],
  ['a page of another origin', requestOf('/api/state/garden/lamp', ['Origin', 'http://a.example'])],
  ['a body', requestOf('/api/state/garden/lamp', ['Content-Length', '2'])],
  ['a precondition', requestOf('/api/state/garden/lamp', ['If-Match', '"1"'])],
  ['two hosts', requestOf('/api/state/garden/lamp', ['Host', 'other'])],
  ...[...reservedPanelIds].map((id) => [`the route ${id}`, requestOf(`/api/state/garden/${id}`)] as const),
])('leaves %s to the route', (_, request) => {
  expect(plainReadOf(request)).toBeUndefined();
});
