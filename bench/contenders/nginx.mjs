/** nginx: one worker, static files that it keeps open. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, listening } from '../system/ports.mjs';
import { installed, start as run, temporaryDirectory } from '../system/processes.mjs';

export const name = 'nginx';
export const what = 'one worker, static files';
export const absent = () => (installed('nginx') ? undefined : 'not installed');

/** @returns {Promise<import('./types.mjs').Contender>} */
export async function start() {
  const [port = 0] = await freePorts(1);
  const directory = temporaryDirectory();
  const objects = join(directory, 'objects');
  mkdirSync(objects);
  const file = join(directory, 'nginx.conf');
  writeFileSync(file, configuration(directory, port));
  const processes = [run('nginx', ['-e', join(directory, 'error.log'), '-p', directory, '-c', file])];
  await listening(port);
  return {
    processes,
    ports: [port],
    get: { dialogue: 'http-get', path: '/objects/' },
    seed: async (key, body) => writeFileSync(join(objects, key), body),
  };
}

/**
 * `master_process off`: a single process, whose pid is the one that was started.
 * @param {string} directory
 * @param {number} port
 */
function configuration(directory, port) {
  return `
    daemon off;
    master_process off;
    worker_processes 1;
    ${process.getuid?.() === 0 ? 'user root;' : ''}
    pid ${directory}/nginx.pid;
    events { worker_connections 1024; }
    http {
      access_log off;
      sendfile on;
      tcp_nopush on;
      keepalive_requests 100000000;
      open_file_cache max=1000 inactive=60s;
      client_body_temp_path ${directory}/body;
      proxy_temp_path ${directory}/proxy;
      fastcgi_temp_path ${directory}/fastcgi;
      uwsgi_temp_path ${directory}/uwsgi;
      scgi_temp_path ${directory}/scgi;
      server { listen 127.0.0.1:${port}; root ${directory}; }
    }`;
}
