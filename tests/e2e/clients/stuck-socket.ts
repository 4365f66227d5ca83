import { randomBytes } from 'node:crypto';
import { type Socket, connect } from 'node:net';
import { type ServiceProcess, testToken } from '@nexus-state/test-kit';
import { eventually } from '@nexus-state/state-core/testing';

/** A message as it arrived. */
export interface Told {
  readonly name: string;
  readonly panelId?: string;
  readonly version?: number;
  readonly [field: string]: unknown;
}

/**
 * A client on a bare TCP socket, which can stop reading altogether: no library reads behind its back. Speaks WebSocket
 * (RFC 6455), and as much of Engine.IO and Socket.IO as it takes to follow a panel.
 */
export class StuckSocket {
  readonly received: Told[] = [];
  closed: true | undefined;
  #bytes = Buffer.alloc(0);
  #upgraded = false;
  /** Whether it may subscribe. */
  #ready = false;

  private constructor(
    private readonly kind: 'plain WebSocket' | 'Socket.IO',
    private readonly socket: Socket,
    private readonly token: string,
  ) {
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('close', () => (this.closed = true));
    socket.on('error', () => undefined);
  }

  /** Opens a connection to the workspace `ws`. */
  static async open(
    kind: 'plain WebSocket' | 'Socket.IO',
    gateway: ServiceProcess,
    subject: string,
  ): Promise<StuckSocket> {
    const { hostname, port, host } = new URL(gateway.url);
    const token = testToken(subject);
    const path =
      kind === 'Socket.IO' ? '/socket.io/?EIO=4&transport=websocket' : `/ws/state/ws?token=${token}`;
    const client = new StuckSocket(kind, connect(Number(port), hostname), token);
    client.socket.write(
      [
        `GET ${path} HTTP/1.1`,
        `Host: ${host}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        '\r\n',
      ].join('\r\n'),
    );
    await eventually(() => client.#ready, 'the connection');
    return client;
  }

  subscribe(panelId: string): void {
    if (this.kind === 'Socket.IO') {
      this.#send(`42/state,${JSON.stringify(['subscribe', { workspaceId: 'ws', panelId }])}`);
    } else this.#send(JSON.stringify({ type: 'subscribe', panelId }));
  }

  stopReading(): void {
    this.socket.pause();
  }

  read(): void {
    this.socket.resume();
  }

  /** What was told about one panel. */
  of(panelId: string): Told[] {
    return this.received.filter((message) => message.panelId === panelId);
  }

  /** Waits until a message has brought a panel to a version. */
  async reaches(panelId: string, version: number): Promise<void> {
    await eventually(
      () => (this.of(panelId).at(-1)?.version ?? 0) >= version,
      `version ${version} of ${panelId}`,
    );
  }

  close(): void {
    this.socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (!this.#upgraded) {
      const end = this.#bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.#bytes = this.#bytes.subarray(end + 4);
      this.#upgraded = true;
      this.#ready = this.kind === 'plain WebSocket';
    }
    for (let frame = this.#frame(); frame; frame = this.#frame()) {
      if (frame.opcode === 9) this.#send(frame.payload, 10);
      if (frame.opcode === 1) this.#hear(frame.payload.toString());
    }
  }

  /** The next frame that is here as a whole; servers send each message in one, unmasked. */
  #frame(): { readonly opcode: number; readonly payload: Buffer } | undefined {
    const bytes = this.#bytes;
    if (bytes.length < 2) return undefined;
    const short = (bytes[1] as number) & 127;
    const start = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (bytes.length < start) return undefined;
    const length =
      short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
    if (bytes.length < start + length) return undefined;
    this.#bytes = bytes.subarray(start + length);
    return { opcode: (bytes[0] as number) & 15, payload: bytes.subarray(start, start + length) };
  }

  #hear(text: string): void {
    if (this.kind === 'plain WebSocket') {
      const { type, ...message } = JSON.parse(text);
      this.received.push({ name: type, ...message });
    } else if (text.startsWith('0')) this.#send(`40/state,${JSON.stringify({ token: this.token })}`);
    else if (text === '2') this.#send('3');
    else if (text.startsWith('40/state,')) this.#ready = true;
    else if (text.startsWith('42/state,')) {
      const [name, payload] = JSON.parse(text.slice('42/state,'.length));
      this.received.push({ name, ...payload });
    }
  }

  #send(payload: string | Buffer, opcode = 1): void {
    const bytes = Buffer.from(payload);
    const mask = randomBytes(4);
    const head = bytes.length < 126 ? Buffer.from([0x80 | opcode, 0x80 | bytes.length]) : Buffer.alloc(4);
    if (bytes.length >= 126) {
      head.set([0x80 | opcode, 0x80 | 126]);
      head.writeUInt16BE(bytes.length, 2);
    }
    const masked = bytes.map((byte, index) => byte ^ (mask[index % 4] as number));
    this.socket.write(Buffer.concat([head, mask, masked]));
  }
}
