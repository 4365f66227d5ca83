import { request } from 'node:http';

/** The text of the first server-sent events of a stream: their ids, kinds and data. Comments are left out. */
export function followEvents(url: string, token: string, count: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${token}` };
    const call = request(url, { headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        const events = text
          .split('\n\n')
          .slice(0, -1)
          .filter((block) => !block.startsWith(':'));
        if (events.length < count) return;
        resolve(events.slice(0, count).join('\n\n'));
        call.destroy();
      });
      response.on('close', () => reject(new Error(`The stream ended after ${text}`)));
    });
    call.on('error', reject);
    call.end();
  });
}
