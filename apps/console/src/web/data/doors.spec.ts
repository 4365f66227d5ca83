import { doorsOf } from './doors';

it('shows what the service describes, and nothing else', () => {
  expect(doorsOf(['/api/state/{workspaceId}'])).toEqual({ keys: false, proposals: false, context: false });
  expect(doorsOf(['/api/kv/', '/api/proposals/{ws}/{id}', '/api/context/{ws}'])).toEqual({
    keys: true,
    proposals: true,
    context: true,
  });
});
