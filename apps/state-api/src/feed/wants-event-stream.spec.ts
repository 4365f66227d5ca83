import { wantsEventStream } from './wants-event-stream';

describe('server-sent events', () => {
  it.each([
    'text/event-stream',
    'TEXT/EVENT-STREAM',
    'Text/Event-Stream; charset=utf-8',
    'text/event-stream;q=0.5',
    'text/event-stream ; Q=1.0',
    'application/json, text/event-stream',
    'application/json;q=0.2, text/event-stream;q=0.3',
    '*/*;q=0.1, text/event-stream',
    'application/json;q=0, text/event-stream;q=0.001',
    'text/*',
    'text/html, text/event-stream, */*',
  ])('are what %j asks for', (accept) => expect(wantsEventStream(accept)).toBe(true));

  it.each([
    undefined,
    '',
    '*/*',
    'application/json',
    'application/*, text/event-stream;q=0.5',
    'application/json, text/event-stream;q=0.9',
    'text/event-stream;q=0',
    'text/event-stream;q=nonsense',
    'text/*, text/event-stream;q=0',
    'text/event-streams',
    'x-text/event-stream',
    'text/html',
  ])('are not what %j asks for', (accept) => expect(wantsEventStream(accept)).toBe(false));
});
