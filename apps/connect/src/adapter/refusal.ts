import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Why there is no upgrade: an HTTP status and a sentence for whoever reads the charger's log. */
export interface Refusal {
  status: 400 | 401 | 403 | 404 | 408 | 426 | 503;
  sentence: string;
  retryAfterS?: number;
}

function headersOf({ status, sentence, retryAfterS }: Refusal): string[] {
  return [
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(`${sentence}\n`)}`,
    ...(status === 401 ? ['WWW-Authenticate: Basic realm="ocpp", charset="UTF-8"'] : []),
    ...(status === 426 ? ['Upgrade: websocket'] : []),
    ...(retryAfterS === undefined ? [] : [`Retry-After: ${retryAfterS}`]),
  ];
}

/** Answers an upgrade request with plain HTTP and ends the connection once that is flushed. */
export function refuse(socket: Duplex, refusal: Refusal): void {
  if (socket.destroyed || socket.writableEnded) return;
  const head = [`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`, ...headersOf(refusal)].join('\r\n');
  socket.end(`${head}\r\n\r\n${refusal.sentence}\n`, () => socket.destroy());
}
