import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { eventId } from '@chargestream/contracts';
import type { UploadRow } from '@chargestream/read-model';
import type { Readable } from 'node:stream';
import type { Caller } from '../auth/caller';
import { ApiError, badInput } from '../errors/api-error';
import type { IntentSender } from '../intents/intent-sender';
import type { ApiOptions } from '../options';
import { harmlessName } from './file-name';
import { receiveBody } from './upload-body';
import { keptUploadSecret } from './upload-secret';
import { UploadStore } from './upload-store';
import { readUploadToken, signUploadToken, type UploadGrant } from './upload-token';

/** Why a charger's file is not taken, with the status that it is told. */
export class UploadRefusal extends Error {
  constructor(
    readonly status: 403 | 409 | 413 | 429,
    message: string,
  ) {
    super(message);
    this.name = 'UploadRefusal';
  }
}

const NOT_OURS = 'This address was not given out by this server: ask for the log again.';
const EXPIRED = 'This address has expired: ask for the log again.';
const USED = 'A file was uploaded to this address before, and it takes one only: ask for the log again.';

const BUSY = 'Several uploads to this address are under way already: wait for one of them to end.';

/** More than one, as a charger that lost its connection comes again before we know; few, as each may fill the disk. */
const AT_ONCE = 3;

/** The upload endpoint without its HTTP: addresses for chargers, what they bring, and what operators fetch. */
export class Uploads {
  private readonly store: UploadStore;
  private readonly folder: string;
  /** How many uploads of each file this api is receiving. */
  private readonly underWay = new Map<string, number>();
  private secret: Promise<Buffer> | undefined;
  private address: () => string | null = () => null;

  constructor(
    private readonly options: Pick<ApiOptions, 'settings' | 'readModel' | 'clock'>,
    private readonly intents: IntentSender,
  ) {
    this.folder = path.resolve(options.settings.dataDir);
    this.store = new UploadStore(path.join(this.folder, 'uploads'));
  }

  get maxBytes(): number {
    return this.options.settings.uploadMaxBytes;
  }

  /** @param address tells where the API listens, e.g. `http://127.0.0.1:4000`; null where only others know */
  listensAt(address: () => string | null): void {
    this.address = address;
  }

  /**
   * Where a charger may upload one file for a command.
   * @param commandExpiresMs when the command is not sent any more; UPLOAD_TTL_S begins then
   * @throws ApiError BAD_INPUT where uploads are off, UNAVAILABLE where their folder cannot be used
   */
  async location(
    { tenantId }: Caller,
    chargerId: string,
    commandId: string,
    commandExpiresMs: number,
  ): Promise<string> {
    const address = this.address();
    const base = this.options.settings.uploadUrl || (address === null ? '' : `${address}/uploads`);
    if (base === '') {
      const how =
        'set UPLOAD_URL to the address of /uploads as chargers reach it, e.g. https://csms.example.org/uploads';
      throw badInput('location', 'required', `This server takes no uploads: give a location, or ${how}.`);
    }
    const expiresMs = commandExpiresMs + this.options.settings.uploadTtlS * 1000;
    const token = signUploadToken(await this.secretForTokens(), { tenantId, chargerId, commandId, expiresMs });
    return `${base.replace(/\/+$/, '')}/${token}`;
  }

  /**
   * Takes a charger's file; when this resolves it is on the disk and core has been told.
   * @throws UploadRefusal, UnreadableFormError, ApiError, or the error of stream, bus or file system: nothing is left behind then
   */
  async accept(token: string, name: string | null, request: IncomingMessage): Promise<{ bytes: number }> {
    const grant = await this.grantOf(token);
    const fileId = eventId('upload', grant.tenantId, grant.commandId);
    if (await this.store.has(fileId)) {
      await this.recordLost(grant, fileId, name);
      throw new UploadRefusal(409, USED);
    }
    if (Number(request.headers['content-length'] ?? 0) > this.maxBytes + FORM_BYTES) throw tooLarge(this.maxBytes);
    const body = await this.oneOfFew(fileId, () =>
      receiveBody(request, (source) => this.store.receive(fileId, source, this.maxBytes)),
    );
    if (!(await body.file.keep())) throw new UploadRefusal(409, USED);
    const { bytes, sha256 } = body.file;
    try {
      await this.record(grant, { fileId, name: harmlessName(name ?? body.name), bytes, sha256 });
    } catch (error) {
      // What cannot be recorded is not kept: the charger may come again.
      await this.store.remove(fileId);
      throw error;
    }
    return { bytes };
  }

  /** A file of the caller's tenant; null when there is none, or it is not kept here any more. */
  async find(
    { tenantId }: Caller,
    fileId: string,
  ): Promise<{ row: UploadRow; bytes: number; read(): Readable } | null> {
    const row = await this.options.readModel.queries.uploads.byId(tenantId, fileId);
    const bytes = row === undefined ? null : await this.store.sizeOf(row.key);
    return row === undefined || bytes === null ? null : { row, bytes, read: () => this.store.read(row.key) };
  }

  private async oneOfFew<T>(fileId: string, receive: () => Promise<T>): Promise<T> {
    const others = this.underWay.get(fileId) ?? 0;
    if (others >= AT_ONCE) throw new UploadRefusal(429, BUSY);
    this.underWay.set(fileId, others + 1);
    try {
      return await receive();
    } finally {
      const left = (this.underWay.get(fileId) ?? 1) - 1;
      if (left > 0) this.underWay.set(fileId, left);
      else this.underWay.delete(fileId);
    }
  }

  private async grantOf(token: string): Promise<UploadGrant> {
    const grant = readUploadToken(await this.secretForTokens(), token);
    if (grant === null) throw new UploadRefusal(403, NOT_OURS);
    if (grant.expiresMs <= (this.options.clock?.() ?? Date.now())) throw new UploadRefusal(403, EXPIRED);
    return grant;
  }

  /** @throws ApiError when core refuses, and the error of the bus */
  private async record(grant: UploadGrant, file: Omit<RecordedFile, 'commandId'>): Promise<void> {
    const { tenantId, chargerId, commandId } = grant;
    const caller = { tenantId, subject: `charger ${chargerId}` };
    try {
      // The id is that of the file: recording it twice is recording it once.
      const body = { type: 'RecordUpload' as const, data: { ...file, commandId } };
      await this.intents.send(caller, chargerId, body, { id: file.fileId });
    } catch (error) {
      // It is on the bus: core is slow, or away, and will come to it.
      if (error instanceof ApiError && error.extensions['intentId'] === file.fileId) return;
      throw error;
    }
  }

  /**
   * An api that died between keeping a file and telling core left it unknown to everybody. The file stays whatever comes of this:
   * it may be one that was acknowledged, of which the read model does not know yet.
   */
  private async recordLost(grant: UploadGrant, fileId: string, name: string | null): Promise<void> {
    if ((await this.options.readModel.queries.uploads.byId(grant.tenantId, fileId)) !== undefined) return;
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of this.store.read(fileId) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      hash.update(chunk);
    }
    await this.record(grant, { fileId, name: harmlessName(name), bytes, sha256: hash.digest('hex') });
  }

  private async secretForTokens(): Promise<Buffer> {
    const { uploadSecret } = this.options.settings;
    if (uploadSecret !== '') return Buffer.from(uploadSecret);
    try {
      this.secret ??= mkdir(this.folder, { recursive: true, mode: 0o700 }).then(() => keptUploadSecret(this.folder));
      return await this.secret;
    } catch (error) {
      this.secret = undefined;
      const why = (error as Error).message;
      throw new ApiError('UNAVAILABLE', `Uploads need DATA_DIR, a folder that api may write to: ${why}`);
    }
  }
}

type RecordedFile = { fileId: string; name: string; bytes: number; sha256: string; commandId: string };

/** What a form puts around its file. */
const FORM_BYTES = 65_536;

export function tooLarge(maxBytes: number): UploadRefusal {
  return new UploadRefusal(413, `The file is larger than ${maxBytes} bytes (UPLOAD_MAX_BYTES).`);
}
