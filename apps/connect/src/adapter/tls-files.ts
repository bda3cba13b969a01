import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { filesOf, type Logger, type Settings } from '@chargestream/service-kit';

type TlsSettings = Pick<Settings, 'ocppTlsCertFile' | 'ocppTlsKeyFile' | 'ocppTlsClientCaFile'>;

/** Whoever renews certificates writes files and may not know whom to tell. */
const LOOK_EVERY_MS = 30_000;

/**
 * Whitepaper A00.FR.317, A00.FR.421: the first four of TLS 1.2 are a must; those with ECDHE_RSA give RSA forward secrecy. Of
 * TLS 1.3, which has others, all that OpenSSL would take by itself.
 */
const CIPHERS = [
  ...['TLS_AES_256_GCM_SHA384', 'TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
  ...['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ...['AES256-GCM-SHA384', 'AES128-GCM-SHA256'],
].join(':');

/** Whether chargers can come by TLS. */
export function hasTls({ ocppTlsCertFile }: TlsSettings): boolean {
  return filesOf(ocppTlsCertFile).length > 0;
}

/** The files of TLS for chargers, read again when they change. Connections that are open stay as they are. */
export class TlsFiles {
  private options: SecureContextOptions;
  private readonly timer: NodeJS.Timeout;
  private readonly look = () => this.readAgain();

  /** @throws when a file cannot be read or a key does not belong to its certificate */
  constructor(
    private readonly settings: TlsSettings,
    private readonly logger: Logger,
    private readonly onChange: (options: SecureContextOptions) => void,
    lookEveryMs = LOOK_EVERY_MS,
  ) {
    this.options = read(settings);
    this.timer = setInterval(this.look, lookEveryMs).unref();
    process.on('SIGHUP', this.look);
  }

  get current(): SecureContextOptions {
    return this.options;
  }

  close(): void {
    clearInterval(this.timer);
    process.removeListener('SIGHUP', this.look);
  }

  /** What cannot be used, half-written files say, is left alone until the next look. */
  private readAgain(): void {
    try {
      const options = read(this.settings);
      if (isSame(options, this.options)) return;
      this.options = options;
      this.onChange(options);
      this.logger.info('the certificates of the OCPP port were read again');
    } catch (error) {
      this.logger.error(
        { err: error },
        'the certificates of the OCPP port changed and cannot be used: the old ones stay',
      );
    }
  }
}

function read(settings: TlsSettings): SecureContextOptions {
  const texts = (setting: string) => filesOf(setting).map((file) => readFileSync(file, 'utf8'));
  const options: SecureContextOptions = {
    cert: texts(settings.ocppTlsCertFile),
    key: texts(settings.ocppTlsKeyFile),
    // Whitepaper A00.FR.312, A00.FR.416. TLS compression (A00.FR.320) OpenSSL does not have.
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    ...(settings.ocppTlsClientCaFile === '' ? {} : { ca: texts(settings.ocppTlsClientCaFile) }),
  };
  createSecureContext(options);
  return options;
}

function isSame(a: SecureContextOptions, b: SecureContextOptions): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
