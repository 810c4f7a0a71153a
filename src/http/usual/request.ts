// What stands in the place of an IncomingMessage for a usual request: all of it is there, so nothing has to happen to it.
import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { WholeRequest } from '../../core/exchange.ts';
import { usualPath } from './request-head.ts';

export class UsualRequest implements WholeRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly socket: Socket;

  constructor(headers: IncomingHttpHeaders, body: Buffer, socket: Socket) {
    this.headers = headers;
    this.body = body;
    this.socket = socket;
  }

  get method(): string {
    return 'POST';
  }

  get url(): string {
    return usualPath;
  }

  get complete(): true {
    return true;
  }

  resume(): void {}

  once(_event: 'close', _listener: () => void): void {}
}
