import { type Socket, io } from 'socket.io-client';
import { type LiveConnection, type LiveDoor, Refused, patienceMs } from './live-door';

/** Socket.IO, by its official client. */
export const socketIoDoor: LiveDoor = {
  name: 'Socket.IO',

  async connect({ url, token, workspaceId }, listener) {
    const socket = io(`${url}/state`, {
      ...{ transports: ['websocket'], forceNew: true, reconnection: false },
      ...{ auth: { token }, timeout: patienceMs },
    });
    socket.onAny((name: string, payload: unknown) => listener.event(name, payload));
    socket.on('disconnect', () => listener.closed());
    try {
      await connected(socket);
    } catch (error) {
      socket.disconnect();
      throw error;
    }
    return new SocketIoConnection(socket, workspaceId);
  },
};

class SocketIoConnection implements LiveConnection {
  constructor(
    private readonly socket: Socket,
    private readonly workspaceId: string,
  ) {}

  async subscribe(panelId: string, version: number | undefined): Promise<void> {
    const { ok, error } = await this.#ask('subscribe', { panelId, version });
    if (!ok) throw new Refused(error.error, error.message);
  }

  async probe(): Promise<void> {
    await this.#ask('unsubscribe', { panelId: 'never-subscribed' });
  }

  close(): void {
    this.socket.disconnect();
  }

  #ask(event: string, fields: object) {
    return this.socket.timeout(patienceMs).emitWithAck(event, { workspaceId: this.workspaceId, ...fields });
  }
}

/** Waits for the handshake, which nobody but us gives up on when the gateway never answers it. */
async function connected(socket: Socket): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The handshake was not answered.')), patienceMs);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      act();
    };
    socket.once('connect', () => settle(resolve));
    socket.once('connect_error', (error) => settle(() => reject(error)));
  });
}
