import { eventText } from '../http/event-stream';
import { withWireValue } from '../http/wire';
import type { LocalStore } from '../store';
import type { Watch, WatchEvent } from '../watch';
import { problemOf } from './problem-response';

/**
 * A watch as server-sent events: a bookmark first, then changes as they come, and bookmarks while nothing matches. The id of each is
 * what `since` or `Last-Event-ID` resumes from.
 * @throws the refusal of a watch that cannot begin
 */
export async function watchResponse(
  store: LocalStore,
  request: Request,
  query: URLSearchParams,
  bookmarkIntervalMs: number,
): Promise<Response> {
  const since = request.headers.get('last-event-id') ?? query.get('since');
  const watch = store.watch(query.get('pattern') ?? '', since === null ? {} : { since });
  try {
    const begins = await watch.ready;
    return new Response(eventsOf(watch, since ?? String(begins), bookmarkIntervalMs), {
      headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
    });
  } catch (error) {
    await watch.return();
    throw error;
  }
}

/** What the stream sends next, only once it is read: a reader that pauses holds up the watch, and nothing piles up. */
function eventsOf(watch: Watch, begins: string, bookmarkIntervalMs: number): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let waiting: Promise<IteratorResult<WatchEvent>> | undefined;
  let bookmark = begins;
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(encoder.encode(bookmarkText(begins))),
      async pull(controller) {
        try {
          waiting ??= watch.next();
          const next = await inTime(waiting, bookmarkIntervalMs);
          if (next === undefined) {
            const { revision } = watch;
            if (revision !== undefined && revision > Number.parseInt(bookmark, 10))
              bookmark = String(revision);
            controller.enqueue(encoder.encode(bookmarkText(bookmark)));
            return;
          }
          waiting = undefined;
          if (next.done) return controller.close();
          bookmark = next.value.cursor;
          const { type: event, cursor: id } = next.value;
          controller.enqueue(
            encoder.encode(eventText({ event, id, data: JSON.stringify(withWireValue(next.value)) })),
          );
        } catch (error) {
          controller.enqueue(
            encoder.encode(
              eventText({ event: 'error', id: undefined, data: JSON.stringify(problemOf(error)) }),
            ),
          );
          controller.close();
        }
      },
      async cancel() {
        await watch.return();
      },
    },
    { highWaterMark: 0 },
  );
}

function bookmarkText(cursor: string): string {
  return eventText({
    event: 'bookmark',
    id: cursor,
    data: JSON.stringify({ revision: Number.parseInt(cursor, 10) }),
  });
}

/** What a promise gives, or undefined after a time. */
async function inTime<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
