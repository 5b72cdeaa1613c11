import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A server that answers as a test says, for what a real one does only when it fails. */
export class HalfServer {
  private constructor(private readonly server: Server) {}

  static async start(listener: RequestListener): Promise<HalfServer> {
    const server = createServer((request, response) => {
      response.setHeader('Ringlet-Server', 'half');
      listener(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new HalfServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
