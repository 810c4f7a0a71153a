// HAProxy as a reverse proxy: the other limit.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { apiKey } from '../gateway.ts';
import { publicModel } from '../wire.ts';
import { libraryPath, programOf, unpackDebian, versionOf } from './debian.ts';
import { chatPath, NotInstalled, type PeerKind } from './peer.ts';
import { freePort, serve } from './serve.ts';

const packages = ['haproxy', 'libpcre2-8-0', 'liblua5.3-0', 'libopentracing-c-wrapper0', 'libopentracing1'];

export const haproxy: PeerKind = {
  name: 'haproxy',
  title: 'HAProxy',
  duties: {
    keys: 'one key, compared',
    limits: 'requests per minute counted for each key in a stick table',
    ledger: 'a log line per request, no tokens',
  },
  hasBudget: false,
  async install(folder) {
    const version = () => versionOf(folder, 'haproxy', /version (\S+)/);
    if (!(await version())) await unpackDebian(folder, packages);
    const installed = await version();
    if (!installed) throw new NotInstalled('the unpacked HAProxy does not run');
    return installed;
  },
  async start({ upstream, folder, data, place, workers = 1 }) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    writeFileSync(join(data, 'haproxy.cfg'), configuration(port, new URL(upstream).host, workers));
    const served = await serve({
      program: programOf(folder, 'haproxy'),
      args: ['-db', '-f', join(data, 'haproxy.cfg')],
      environment: libraryPath(folder),
      place,
      data,
      url,
    });
    const headers = { authorization: `Bearer ${apiKey}` };
    return { ...served, target: { url, path: chatPath, headers, model: publicModel } };
  },
};

const configuration = (port: number, upstream: string, threads: number) => `global
  nbthread ${threads}
  maxconn 9000
  log stdout format raw local0
defaults
  mode http
  log global
  option httplog
  option http-no-delay
  timeout connect 10s
  timeout client 600s
  timeout server 600s
frontend gateway
  bind 127.0.0.1:${port} backlog 4096
  stick-table type string len 64 size 10k expire 2m store http_req_rate(1m)
  http-request deny deny_status 401 unless { req.hdr(authorization) -m str "Bearer ${apiKey}" }
  http-request track-sc0 req.hdr(authorization)
  http-request deny deny_status 429 if { sc_http_req_rate(0) gt 100000000 }
  http-request set-header authorization "Bearer upstream-key"
  default_backend mock
backend mock
  http-reuse always
  server mock ${upstream} pool-max-conn 4096
`;
