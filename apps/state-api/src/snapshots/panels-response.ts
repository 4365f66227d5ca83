import { Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import { requestFacts } from '@nexus-state/nest-kit';
import { textAround } from '@nexus-state/documents';
import type { FastifyReply } from 'fastify';

const logger = new Logger('panels-answer');

/**
 * Sends an answer with a member `panels` that is never in memory as a whole: the next panels are read once the caller
 * has taken those before. What is refused before the first panel is an ordinary problem; what fails after it breaks the
 * answer off, for its status is sent.
 * @param head the members before `panels`; at least one
 * @param panels by panel id
 */
export async function sendWithPanels(
  reply: FastifyReply,
  head: object,
  panels: AsyncIterable<readonly [string, object]>,
): Promise<void> {
  const text = textOf(head, panels);
  const beginning = await text.next();
  void reply
    .type('application/json; charset=utf-8')
    .send(Readable.from(following(reply, beginning.value, text)));
}

async function* textOf(
  head: object,
  panels: AsyncIterable<readonly [string, object]>,
): AsyncGenerator<string, string> {
  let before = `${JSON.stringify(head).slice(0, -1)},"panels":{`;
  for await (const [panelId, panel] of panels) {
    yield `${before}${JSON.stringify(panelId)}:${textAround(panel)}`;
    before = ',';
  }
  return before === ',' ? '}}' : `${before}}}`;
}

async function* following(
  reply: FastifyReply,
  beginning: string,
  text: AsyncGenerator<string, string>,
): AsyncGenerator<string> {
  try {
    yield beginning;
    for (let next = await text.next(); ; next = await text.next()) {
      if (next.value !== undefined) yield next.value;
      if (next.done) return;
    }
  } catch (error) {
    logger.error({ ...requestFacts(reply.request), err: error }, 'response aborted');
    throw error;
  } finally {
    await text.return('');
  }
}
