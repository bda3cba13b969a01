import type { Clock } from '../clock';
import type { Configuration } from '../commands/configuration';
import type { Connector } from '../connector';
import type { Payload } from '../message';
import { AuthorizationCache } from './authorization-cache';
import { CertificateStore } from './certificate-store';
import { ChargingProfiles } from './charging-profiles';
import { Firmware } from './firmware';
import { LocalList } from './local-list';
import { LogUpload } from './log-upload';
import { PowerLimits } from './power-limits';
import { Reservations } from './reservations';
import type { SigningKey } from './signing-key';

export interface EquipmentOptions {
  chargerId: string;
  clock: Clock;
  speed: number;
  configuration: Configuration;
  /** Of one outlet. */
  maximumW: number;
  /** What the charger takes for now, ms. */
  now(): number;
  timestamp(): string;
  connectors(): readonly Connector[];
  statusChanged(connector: Connector): void;
  /** Sends a message outside of sessions. */
  send(action: string, payload: Payload): void;
  /** Boots with another firmware. */
  reboot(): Promise<void>;
}

/** How the charger answers a DataTransfer of a vendor it knows. */
export type VendorHandler = (request: Payload) => Payload;

/** What a 1.6 charger holds besides its outlets, and what is under way in it. */
export class Equipment {
  readonly cache = new AuthorizationCache();
  readonly localList = new LocalList();
  readonly profiles = new ChargingProfiles();
  readonly certificates = new CertificateStore();
  readonly reservations: Reservations;
  readonly limits: PowerLimits;
  readonly firmware: Firmware;
  readonly diagnostics: LogUpload;
  readonly logs: LogUpload;
  /** By vendorId; others are answered UnknownVendorId. */
  readonly vendors = new Map<string, VendorHandler>();
  /** What UnlockConnector ends in. */
  unlocking: 'Unlocked' | 'UnlockFailed' | 'NotSupported' = 'Unlocked';
  /** Of the GetLog under way, or the last one. */
  logRequestId: number | undefined;
  diagnosticsStatus = 'Idle';
  logStatus = 'Idle';
  /** Whose certificate the charger waits for. */
  signingKey: SigningKey | null = null;
  /** Of the certificate in use. */
  ownKeyPem: string | null = null;

  constructor(readonly options: EquipmentOptions) {
    const { clock, speed, send } = options;
    this.reservations = new Reservations(options);
    this.limits = new PowerLimits({ ...options, profiles: this.profiles });
    this.firmware = new Firmware({
      clock,
      speed,
      now: () => options.now(),
      report: (status, signed) =>
        signed
          ? send('SignedFirmwareStatusNotification', { status, requestId: signed.requestId })
          : send('FirmwareStatusNotification', { status }),
      securityEvent: (type, techInfo) => this.securityEvent(type, techInfo),
      reboot: () => options.reboot(),
    });
    this.diagnostics = new LogUpload({
      clock,
      speed,
      report: (status) => {
        this.diagnosticsStatus = status;
        send('DiagnosticsStatusNotification', { status });
      },
    });
    this.logs = new LogUpload({
      clock,
      speed,
      report: (status) => {
        // Whitepaper §6 UploadLogStatusEnumType spells the failure otherwise.
        this.logStatus = status === 'UploadFailed' ? 'UploadFailure' : status;
        send('LogStatusNotification', { status: this.logStatus, requestId: this.logRequestId });
      },
    });
  }

  /** Whitepaper §6 SecurityEventNotification. */
  securityEvent(type: string, techInfo?: string): void {
    const { send, timestamp } = this.options;
    send('SecurityEventNotification', { type, timestamp: timestamp(), ...(techInfo !== undefined && { techInfo }) });
  }

  stop(): void {
    this.limits.stop();
    this.reservations.stop();
    this.firmware.stop();
    this.diagnostics.stop();
    this.logs.stop();
  }
}
