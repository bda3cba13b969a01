import { X509Certificate } from 'node:crypto';
import { pause, type Clock } from '../clock';

/** How an update is to go wrong, by order. */
export type FirmwareFailure = 'DownloadFailed' | 'InstallationFailed' | 'InvalidSignature' | 'InvalidCertificate';

export interface FirmwareJob {
  location: string;
  /** ISO 8601. */
  retrieveDate: string;
  installDate?: string;
  retries?: number;
  /** Seconds. */
  retryInterval?: number;
  /** Of SignedUpdateFirmware only. */
  signed?: { requestId: number };
}

export interface FirmwareOptions {
  clock: Clock;
  speed: number;
  now(): number;
  /** Tells the server; signed ones carry the requestId. */
  report(status: string, signed: { requestId: number } | undefined): void;
  securityEvent(type: string, techInfo: string): void;
  /** Installed: the charger comes back with the new version. */
  reboot(): Promise<void>;
}

/** How long a download and an installation take, simulated seconds. */
const STEP_S = 5;
/** Node's timers end here. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** The firmware of a charger and its updates (1.6 §4.5 and §5.19, whitepaper L01). */
export class Firmware {
  /** Set to make the next update fail; it stays until taken back. */
  fails: FirmwareFailure | null = null;
  /** The last status told, for TriggerMessage. */
  status = 'Idle';
  signed: { requestId: number } | undefined;
  private current: AbortController | null = null;

  constructor(private readonly options: FirmwareOptions) {}

  get isBusy(): boolean {
    return this.current !== null;
  }

  /** Begins an update; one that runs is given up. @returns whether one was */
  start(job: FirmwareJob): boolean {
    const replaced = this.current !== null;
    this.current?.abort();
    const own = new AbortController();
    this.current = own;
    this.signed = job.signed;
    void this.run(job, own.signal).finally(() => {
      if (this.current === own) this.current = null;
    });
    return replaced;
  }

  stop(): void {
    this.current?.abort();
  }

  private async run(job: FirmwareJob, signal: AbortSignal): Promise<void> {
    if (!(await this.waitUntil(job.retrieveDate, job.signed ? 'DownloadScheduled' : null, signal))) return;
    for (let attempt = 0; ; attempt++) {
      if (!(await this.step('Downloading', signal))) return;
      if (this.fails !== 'DownloadFailed') break;
      // 1.6 §5.19 retries: how often it tries again before it gives up.
      if (attempt >= (job.retries ?? 0)) return this.tell('DownloadFailed');
      if (!(await this.wait(job.retryInterval ?? STEP_S, signal))) return;
    }
    this.tell('Downloaded');
    if (job.signed) {
      if (this.fails === 'InvalidSignature') {
        this.tell('InvalidSignature');
        // Whitepaper L01.FR.03
        return this.options.securityEvent('InvalidFirmwareSignature', 'the signature does not fit the firmware');
      }
      this.tell('SignatureVerified');
    }
    if (!(await this.waitUntil(job.installDate, job.signed ? 'InstallScheduled' : null, signal))) return;
    if (!(await this.step('Installing', signal))) return;
    if (this.fails === 'InstallationFailed') return this.tell('InstallationFailed');
    if (job.signed) this.tell('InstallRebooting');
    await this.options.reboot();
    if (signal.aborted) return;
    this.tell('Installed');
    if (job.signed) this.options.securityEvent('FirmwareUpdated', job.location.slice(0, 255));
  }

  private async step(status: string, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    this.tell(status);
    return this.wait(STEP_S, signal);
  }

  private async wait(seconds: number, signal: AbortSignal): Promise<boolean> {
    await pause(this.options.clock, Math.min(LONGEST_WAIT_MS, (seconds * 1000) / this.options.speed), signal);
    return !signal.aborted;
  }

  private async waitUntil(date: string | undefined, scheduled: string | null, signal: AbortSignal): Promise<boolean> {
    const untilMs = date === undefined ? 0 : Date.parse(date);
    if (untilMs > this.options.now() && scheduled !== null) this.tell(scheduled);
    for (let leftMs = untilMs - this.options.now(); leftMs > 0; leftMs = untilMs - this.options.now()) {
      await pause(this.options.clock, Math.min(LONGEST_WAIT_MS, leftMs), signal);
      if (signal.aborted) return false;
    }
    return !signal.aborted;
  }

  private tell(status: string): void {
    this.status = status;
    this.options.report(status, this.signed);
  }
}

/** Whether it is a certificate that is valid now and, where manufacturer roots are known, issued by one of them. */
export function isSigningCertificate(pem: string, rootsPem: readonly string[], nowMs: number): boolean {
  try {
    const certificate = new X509Certificate(pem);
    if (nowMs < Date.parse(certificate.validFrom) || nowMs > Date.parse(certificate.validTo)) return false;
    const roots = rootsPem.map((root) => new X509Certificate(root));
    return (
      roots.length === 0 || roots.some((root) => certificate.checkIssued(root) && certificate.verify(root.publicKey))
    );
  } catch {
    return false;
  }
}
