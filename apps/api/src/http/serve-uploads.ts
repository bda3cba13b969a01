import type { AddressInfo } from 'node:net';
import { isLoopback, type Logger, type Settings } from '@chargestream/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate } from '../auth/authenticator';
import { ApiError } from '../errors/api-error';
import { publicErrors } from '../errors/public-errors';
import { attachment } from '../uploads/file-name';
import { UnreadableFormError } from '../uploads/upload-body';
import { TooLargeError } from '../uploads/upload-store';
import { tooLarge, UploadRefusal, type Uploads } from '../uploads/uploads';
import { strangerOf } from './request-guard';

export interface UploadRoutes {
  uploads: Uploads;
  authenticate: Authenticate;
  settings: Pick<Settings, 'auth' | 'apiHost'>;
  logger?: Logger | undefined;
}

/** A charger that sends nothing for so long is gone. */
const SILENT_MS = 60_000;
/** How long a refused charger may go on sending, so that it gets to read the refusal. */
const LINGER_MS = 5_000;

/** `PUT|POST /uploads/{token}[/name]` for chargers, `GET /uploads/files/{id}` for operators. */
export function serveUploads(fastify: FastifyInstance, routes: UploadRoutes): void {
  routes.uploads.listensAt(() => addressOf(fastify.server.address(), routes.settings.apiHost));
  void fastify.register(async (scope) => {
    // Bodies go from the socket to the disk, whatever type they say they have.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    // One wildcard, as named parts of a path may not be as long as tokens are.
    const handler = (request: FastifyRequest, reply: FastifyReply) => take(request, reply, routes);
    scope.route({ method: ['PUT', 'POST'], url: '/uploads/*', handler });
    scope.get('/uploads/files/:id', (request, reply) => give(request, reply, routes));
  });
}

async function take(request: FastifyRequest, reply: FastifyReply, { uploads, logger }: UploadRoutes) {
  const [token = '', ...name] = (request.params as { '*': string })['*'].split('/');
  request.raw.setTimeout(SILENT_MS, () => request.raw.destroy());
  try {
    const { bytes } = await uploads.accept(token, name.join('/') || null, request.raw);
    return await reply.code(201).type('text/plain; charset=utf-8').send(`${bytes} bytes are kept.\n`);
  } catch (error) {
    const { status, message } = refusalOf(error, uploads, logger);
    request.raw.resume();
    const hangUp = setTimeout(() => request.raw.destroy(), LINGER_MS).unref();
    request.raw.once('close', () => clearTimeout(hangUp));
    return reply.code(status).type('text/plain; charset=utf-8').send(`${message}\n`);
  }
}

/** What the charger is told. The token is nowhere in it, nor in the log. */
function refusalOf(error: unknown, { maxBytes }: Uploads, logger?: Logger): { status: number; message: string } {
  if (error instanceof UploadRefusal) return error;
  if (error instanceof TooLargeError) return tooLarge(maxBytes);
  if (error instanceof UnreadableFormError) return { status: 400, message: error.message };
  if (error instanceof ApiError && error.code !== 'UNAVAILABLE') return { status: 403, message: error.message };
  logger?.warn({ err: error }, 'an upload failed');
  return { status: 503, message: 'The file could not be kept: try again later.' };
}

async function give(request: FastifyRequest, reply: FastifyReply, routes: UploadRoutes) {
  const { uploads, authenticate, settings, logger } = routes;
  try {
    const stranger = strangerOf(request, settings);
    if (stranger !== null) throw new ApiError('FORBIDDEN', stranger.message);
    const caller = await authenticate(request.headers);
    const { id } = request.params as { id: string };
    const found = await uploads.find(caller, id);
    if (found === null) throw new ApiError('NOT_FOUND', 'There is no such file here, or it is not kept any more.');
    return await reply
      .headers({
        'content-type': 'application/octet-stream',
        'content-length': found.bytes,
        'content-disposition': attachment(found.row.name),
        'x-content-type-options': 'nosniff',
        'content-security-policy': "sandbox; default-src 'none'",
        'cache-control': 'private, no-store',
      })
      .send(found.read());
  } catch (error) {
    const status = error instanceof ApiError ? (STATUS[error.code] ?? error.statusCode) : 500;
    return reply.code(status).send({ errors: publicErrors([error as Error], logger) });
  }
}

const STATUS: Partial<Record<ApiError['code'], number>> = { NOT_FOUND: 404, UNAVAILABLE: 503 };

/** Null where it listens on all addresses: which of them chargers reach, only the operator knows. */
function addressOf(address: AddressInfo | string | null, apiHost: string): string | null {
  if (address === null || typeof address === 'string') return null;
  if (!isLoopback(apiHost) && ['0.0.0.0', '::', '[::]'].includes(apiHost)) return null;
  return `http://${apiHost.includes(':') ? `[${apiHost}]` : apiHost}:${address.port}`;
}
