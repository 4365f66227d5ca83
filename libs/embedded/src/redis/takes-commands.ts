import { connect } from 'node:net';

/**
 * Whether the Redis server of a process accepts commands. One that still loads its data does not, and on a port that was
 * taken another server answers.
 */
export function takesCommands(pid: number, port: number, password: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let answer = '';
    const settle = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(2_000, () => settle(false));
    socket.once('error', () => settle(false));
    socket.once('close', () => settle(false));
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
      if (/^-/m.test(answer)) settle(false);
      else if (answer.includes('+PONG')) settle(answer.includes(`process_id:${pid}\r\n`));
    });
    socket.write(
      `${password ? command('AUTH', password) : ''}${command('INFO', 'server')}${command('PING')}`,
    );
  });
}

/** A command in RESP, the protocol of Redis. */
function command(...words: string[]): string {
  const parts = words.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]);
  return [`*${words.length}`, ...parts, ''].join('\r\n');
}
