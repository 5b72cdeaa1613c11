import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** A multicast group of the test's own, as MULTICAST_GROUP takes it: no other program uses its port. */
export async function ownGroup(): Promise<string> {
  const socket = createSocket('udp4').bind(0);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return `239.255.${port >> 8}.${port & 255}:${port}`;
}
