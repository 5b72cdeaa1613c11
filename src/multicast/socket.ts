import { createSocket, type BindOptions, type Socket, type SocketOptions } from 'node:dgram';
import { once } from 'node:events';

/** Packets stay on the networks that this machine is on: no router hands them on. */
export const HOPS = 1;

/** A UDP socket that is bound. Rejects with the system's error. */
export async function openSocket(options: Partial<SocketOptions>, where: BindOptions): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', ...options });
  try {
    socket.bind(where);
    await once(socket, 'listening');
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** Those that could be opened. Rejects with the first error when none could. */
export async function openThose<T>(open: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(open);
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const [first] = results;
  if (opened.length === 0 && first?.status === 'rejected') throw first.reason;
  return opened;
}
