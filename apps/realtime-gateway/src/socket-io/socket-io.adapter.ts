import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { type Config, checkHead, corsRules, mayConnectFrom, setHeadersEarly } from '@nexus-state/nest-kit';
import type { Server, ServerOptions } from 'socket.io';
import { strictParser } from './strict-parser';

/** Where Socket.IO takes requests; it answers them past everything else that is there. */
export const socketIoPath = '/socket.io/';

/** Socket.IO as we serve it: on the port of the service, at `/socket.io`. */
export class SocketIoAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly config: Config,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const origins = this.config.CORS_ORIGINS;
    const ours: Partial<ServerOptions> = {
      parser: strictParser,
      serveClient: false,
      // Compressing every message costs each connection memory and time.
      perMessageDeflate: false,
      httpCompression: false,
      maxHttpBufferSize: this.config.REALTIME_MESSAGE_BYTES,
      pingInterval: this.config.REALTIME_PING_INTERVAL,
      // What is not ours belongs to the other door.
      destroyUpgrade: false,
      cors: origins.length > 0 ? corsRules(origins) : { origin: false },
      allowRequest: (request, decide) => decide(null, mayConnectFrom(request, origins)),
    };
    const server = super.createIOServer(port, { ...options, ...ours } as ServerOptions) as Server;
    server.engine.use((request: IncomingMessage, _response: unknown, next: (error?: unknown) => void) => {
      try {
        checkHead(request);
        next();
      } catch (error) {
        next(error);
      }
    });
    setHeadersEarly(this.httpServer as HttpServer, ({ url }) => url?.startsWith(socketIoPath) === true);
    return server;
  }
}
