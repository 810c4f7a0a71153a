// nginx as a reverse proxy with buffering off: the limit of what a proxy can cost that looks at nothing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiKey } from '../gateway.ts';
import { publicModel } from '../wire.ts';
import { libraryPath, programOf, unpackDebian, versionOf } from './debian.ts';
import { chatPath, NotInstalled, type PeerKind } from './peer.ts';
import { freePort, serve } from './serve.ts';

export const nginx: PeerKind = {
  name: 'nginx',
  title: 'nginx',
  duties: {
    keys: 'one key, compared in a `map`',
    limits: 'none',
    ledger: 'a line of the access log per request, no tokens',
  },
  hasBudget: false,
  async install(folder) {
    const version = () => versionOf(folder, 'nginx', /nginx\/(\S+)/);
    if (!(await version())) await unpackDebian(folder, ['nginx', 'libpcre2-8-0']);
    const installed = await version();
    if (!installed) throw new NotInstalled('the unpacked nginx does not run');
    return installed;
  },
  async start({ upstream, folder, data, place, workers = 1 }) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    mkdirSync(join(data, 'logs'), { recursive: true });
    writeFileSync(join(data, 'nginx.conf'), configuration(port, new URL(upstream).host, workers));
    const served = await serve({
      program: programOf(folder, 'nginx'),
      args: ['-p', data, '-c', join(data, 'nginx.conf'), '-e', join(data, 'logs', 'error.log')],
      environment: libraryPath(folder),
      place,
      data,
      url,
    });
    const headers = { authorization: `Bearer ${apiKey}` };
    return { ...served, target: { url, path: chatPath, headers, model: publicModel } };
  },
};

const configuration = (port: number, upstream: string, workers: number) => `daemon off;
pid nginx.pid;
worker_processes ${workers};
events { worker_connections 40000; }
http {
  access_log logs/access.log;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  client_body_buffer_size 64k;
  keepalive_requests 1000000000;
  map $http_authorization $allowed { default 0; "Bearer ${apiKey}" 1; }
  upstream mock { server ${upstream}; keepalive 1024; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location /v1/ {
      if ($allowed = 0) { return 401; }
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Authorization "Bearer upstream-key";
      proxy_buffering off;
      proxy_read_timeout 600s;
    }
  }
}
`;
