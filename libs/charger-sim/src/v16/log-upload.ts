import { pause, type Clock } from '../clock';

export interface UploadJob {
  location: string;
  fileName: string;
  retries?: number;
  /** Seconds. */
  retryInterval?: number;
  content(): string;
}

export interface LogUploadOptions {
  clock: Clock;
  speed: number;
  report(status: 'Uploading' | 'Uploaded' | 'UploadFailed'): void;
}

const REQUEST_TIMEOUT_MS = 30_000;
const RETRY_INTERVAL_S = 5;

/** Uploads of diagnostics, or of logs. Really sends the file where the location is http: or https:. */
export class LogUpload {
  /** Set to make uploads fail. */
  fails = false;
  private current: AbortController | null = null;

  constructor(private readonly options: LogUploadOptions) {}

  get isBusy(): boolean {
    return this.current !== null;
  }

  /** Begins; an upload that runs is given up. @returns whether one was */
  start(job: UploadJob): boolean {
    const replaced = this.current !== null;
    this.current?.abort();
    const own = new AbortController();
    this.current = own;
    void this.run(job, own.signal).finally(() => {
      if (this.current === own) this.current = null;
    });
    return replaced;
  }

  stop(): void {
    this.current?.abort();
  }

  private async run(job: UploadJob, signal: AbortSignal): Promise<void> {
    const { clock, speed, report } = this.options;
    // Let the answer to the command out first.
    await pause(clock, 0, signal);
    if (signal.aborted) return;
    report('Uploading');
    for (let attempt = 0; ; attempt++) {
      const delivered = !this.fails && (await deliver(job, signal));
      if (signal.aborted) return;
      if (delivered) return report('Uploaded');
      if (attempt >= (job.retries ?? 0)) return report('UploadFailed');
      await pause(clock, ((job.retryInterval ?? RETRY_INTERVAL_S) * 1000) / speed, signal);
      if (signal.aborted) return;
    }
  }
}

/** PUT to location/fileName; POST to the location where the server does not know PUT. */
async function deliver({ location, fileName, content }: UploadJob, signal: AbortSignal): Promise<boolean> {
  if (!URL.canParse(location) || !/^https?:$/.test(new URL(location).protocol)) return false;
  const target = new URL(location);
  target.pathname = `${target.pathname.replace(/\/+$/, '')}/${encodeURIComponent(fileName)}`;
  const put = await send('PUT', target, content(), signal);
  if (put !== 404 && put !== 405 && put !== 501) return isSuccess(put);
  return isSuccess(await send('POST', new URL(location), content(), signal));
}

async function send(method: 'PUT' | 'POST', url: URL, body: string, signal: AbortSignal): Promise<number> {
  try {
    const response = await fetch(url, {
      method,
      body,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
