import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyFileStream, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import type { ReceivedFile } from './upload-store';

/** Takes one stream of bytes. */
export type Receive = (source: Readable) => Promise<ReceivedFile>;

export interface ReceivedBody {
  file: ReceivedFile;
  /** As the form names it; null where it does not, or there is no form. */
  name: string | null;
}

/** The form cannot be read, or has no file in it. */
export class UnreadableFormError extends Error {
  constructor(why: string) {
    super(
      `The form cannot be read: ${why}. Send the file as the body of a PUT, or as one part of multipart/form-data.`,
    );
    this.name = 'UnreadableFormError';
  }
}

/** More parts than any charger sends are no upload. */
const LIMITS = { parts: 20, fields: 20, fieldSize: 65_536, headerPairs: 50 };

/** The file that a request brings: its body, or of a form the first file. @throws UnreadableFormError, and what `receive` throws */
export async function receiveBody(request: IncomingMessage, receive: Receive): Promise<ReceivedBody> {
  if (!/^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '')) {
    return { file: await receive(request), name: null };
  }
  return receiveForm(request, receive);
}

async function receiveForm(request: IncomingMessage, receive: Receive): Promise<ReceivedBody> {
  const form = parserOf(request);
  let first: { stream: Readable; name: string | null; received: Promise<ReceivedFile> } | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      form.on('file', (_field: string, stream: BusboyFileStream, name: string | undefined) => {
        // What goes wrong with a part goes wrong with its form, and is told there.
        stream.on('error', () => undefined);
        if (first !== undefined) return void stream.resume();
        first = { stream, name: name ?? null, received: receive(stream) };
        first.received.catch(reject);
      });
      form.on('partsLimit', () => reject(new UnreadableFormError('it has too many parts')));
      form.on('error', (error: unknown) => reject(new UnreadableFormError(String((error as Error).message))));
      form.on('finish', () => resolve());
      request.on('error', reject);
      request.on('aborted', () => reject(new Error('The charger went away.')));
      request.pipe(form);
    });
    if (first === undefined) throw new UnreadableFormError('it holds no file');
    return { file: await first.received, name: first.name };
  } catch (error) {
    request.unpipe(form);
    first?.stream.destroy(error as Error);
    await first?.received.then(
      (file) => file.discard(),
      () => undefined,
    );
    throw error;
  }
}

function parserOf(request: IncomingMessage): BusboyInstance {
  try {
    return new Busboy({ headers: request.headers as BusboyHeaders, limits: LIMITS });
  } catch (error) {
    throw new UnreadableFormError((error as Error).message);
  }
}
