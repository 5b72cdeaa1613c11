/** Small PUTs by node:http, for rows that are about something else than speed. */
import { Agent, request as httpRequest } from 'node:http';
import { once } from 'node:events';
import { PATH } from '../contenders/ring.mjs';

export class Client {
  #port;
  #body;
  #agent;

  /**
   * @param {number} port
   * @param {{ bodyBytes: number, connections: number }} options
   */
  constructor(port, { bodyBytes, connections }) {
    this.#port = port;
    this.#body = Buffer.alloc(bodyBytes, 'ringlet ');
    this.#agent = new Agent({ keepAlive: true, noDelay: true, maxSockets: connections });
  }

  /** @param {string} key @returns {Promise<boolean>} whether it is acknowledged; a lost connection is an error */
  async put(key) {
    const request = httpRequest({
      host: '127.0.0.1',
      port: this.#port,
      agent: this.#agent,
      method: 'PUT',
      path: PATH + key,
      headers: { 'Content-Length': this.#body.length },
    });
    const answered = once(request, 'response');
    request.end(this.#body);
    const [answer] = /** @type {[import('node:http').IncomingMessage]} */ (await answered);
    answer.resume();
    await once(answer, 'end');
    return answer.statusCode === 201 || answer.statusCode === 204;
  }

  close() {
    this.#agent.destroy();
  }
}
