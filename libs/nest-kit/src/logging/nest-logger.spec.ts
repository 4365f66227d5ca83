import { pino } from 'pino';
import { NestLogger } from './logger';

/** What Nest's logger has written. */
function linesOf(write: (logger: NestLogger) => void): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  write(new NestLogger(pino({ base: null }, { write: (text) => lines.push(JSON.parse(text)) })));
  return lines;
}

describe('NestLogger', () => {
  it('writes facts as fields', () => {
    const [line] = linesOf((logger) => logger.error({ requestId: 'r' }, 'response aborted', 'git'));
    expect(line).toMatchObject({ level: 50, requestId: 'r', msg: 'response aborted', context: 'git' });
  });

  it('writes a text, and where it came from', () => {
    const [line] = linesOf((logger) => logger.error('broken', 'at there', 'git'));
    expect(line).toMatchObject({ level: 50, msg: 'broken', stack: 'at there', context: 'git' });
  });

  it('writes an error as one', () => {
    const [line] = linesOf((logger) => logger.error(new TypeError('broken')));
    expect(line).toMatchObject({ level: 50, msg: 'broken', err: { type: 'TypeError', message: 'broken' } });
  });
});
