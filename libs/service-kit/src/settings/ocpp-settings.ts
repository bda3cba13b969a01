import { IsNotEmpty, IsString } from 'class-validator';
import { OneOf, OnOff, Port, Whole } from './rules';
import { SecuritySettings } from './security-settings';

export type RegistrationMode = 'auto' | 'manual';

/** What chargers meet. */
export class OcppSettings extends SecuritySettings {
  @IsNotEmpty({ message: 'OCPP_HOST must be an address to listen on, e.g. OCPP_HOST=127.0.0.1' })
  @IsString()
  ocppHost = '127.0.0.1';

  @Port('OCPP_PORT', 9220)
  ocppPort = 9220;

  /** Whether a charger nobody registered is taken in (`auto`) or answered 404 (`manual`). */
  @OneOf('REGISTRATION', ['auto', 'manual'])
  registration: RegistrationMode = 'auto';

  /** What chargers are told in the answer to BootNotification. */
  @Whole('HEARTBEAT_INTERVAL_S', 1, 86_400, 'seconds')
  heartbeatIntervalS = 300;

  /** What chargers are told that are not accepted: when to send the next BootNotification (1.6 §4.2, 2.0.1 B02.FR.08). */
  @Whole('BOOT_RETRY_INTERVAL_S', 1, 86_400, 'seconds')
  bootRetryIntervalS = 60;

  /** What the Basic username must be: the charger's id, or anything. */
  @OneOf('OCPP_USERNAME', ['chargerId', 'any'])
  ocppUsername: 'chargerId' | 'any' = 'chargerId';

  @OneOf('OCPP_VALIDATION', ['lenient', 'strict'])
  ocppValidation: 'lenient' | 'strict' = 'lenient';

  @Whole('OCPP_MAX_FRAME_BYTES', 1_024, 16_777_216, 'bytes')
  ocppMaxFrameBytes = 65_536;

  /** permessage-deflate costs 40 times the memory and five times the CPU. */
  @OnOff('OCPP_COMPRESSION')
  ocppCompression = false;

  @Whole('OCPP_PING_INTERVAL_S', 0, 3_600, 'seconds')
  ocppPingIntervalS = 30;

  @Whole('OCPP_UPGRADE_TIMEOUT_MS', 100, 120_000, 'milliseconds')
  ocppUpgradeTimeoutMs = 10_000;

  @Whole('OCPP_CALL_TIMEOUT_MS', 100, 600_000, 'milliseconds')
  ocppCallTimeoutMs = 30_000;

  @Whole('OCPP_DRAIN_TIMEOUT_MS', 0, 120_000, 'milliseconds')
  ocppDrainTimeoutMs = 5_000;

  /** Where there is another connect to go to: chargers go there one after the other, not all at once. */
  @Whole('OCPP_DRAIN_SPREAD_MS', 0, 3_600_000, 'milliseconds')
  ocppDrainSpreadMs = 0;

  /** A charger's clock further in the past than this is not believed. Long: chargers replay days of offline work. */
  @Whole('OCPP_CLOCK_BEHIND_S', 60, 31_536_000, 'seconds')
  ocppClockBehindS = 30 * 86_400;

  /** A charger's clock further in the future than this is not believed. */
  @Whole('OCPP_CLOCK_AHEAD_S', 1, 86_400, 'seconds')
  ocppClockAheadS = 300;

  /** Modules with handlers of DataTransfer, separated by commas: files or packages. */
  @IsString()
  ocppVendorHandlers = '';

  /** How long such a handler may take. Well below what chargers wait for an answer, which is often 30 s. */
  @Whole('OCPP_VENDOR_TIMEOUT_MS', 10, 60_000, 'milliseconds')
  ocppVendorTimeoutMs = 5_000;
}

export const OCPP_VARIABLES = {
  ocppHost: 'OCPP_HOST',
  ocppPort: 'OCPP_PORT',
  registration: 'REGISTRATION',
  heartbeatIntervalS: 'HEARTBEAT_INTERVAL_S',
  bootRetryIntervalS: 'BOOT_RETRY_INTERVAL_S',
  ocppUsername: 'OCPP_USERNAME',
  ocppValidation: 'OCPP_VALIDATION',
  ocppMaxFrameBytes: 'OCPP_MAX_FRAME_BYTES',
  ocppCompression: 'OCPP_COMPRESSION',
  ocppPingIntervalS: 'OCPP_PING_INTERVAL_S',
  ocppUpgradeTimeoutMs: 'OCPP_UPGRADE_TIMEOUT_MS',
  ocppCallTimeoutMs: 'OCPP_CALL_TIMEOUT_MS',
  ocppDrainTimeoutMs: 'OCPP_DRAIN_TIMEOUT_MS',
  ocppDrainSpreadMs: 'OCPP_DRAIN_SPREAD_MS',
  ocppClockBehindS: 'OCPP_CLOCK_BEHIND_S',
  ocppClockAheadS: 'OCPP_CLOCK_AHEAD_S',
  ocppVendorHandlers: 'OCPP_VENDOR_HANDLERS',
  ocppVendorTimeoutMs: 'OCPP_VENDOR_TIMEOUT_MS',
} as const satisfies Record<Exclude<keyof OcppSettings, keyof SecuritySettings>, string>;
