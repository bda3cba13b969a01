import { chargerKey, type ProtocolVersion, type RegistryEntry } from '@chargestream/contracts';
import { isCertificateOf, organizationsIn, problemOfOwner, type CertificateNames } from '@chargestream/certificates';
import { isLoopback, verifyPassword, type Settings } from '@chargestream/service-kit';
import type { ChargerRegistry } from '../tables/charger-registry';
import { parseBasic } from './basic-credentials';
import { PasswordCheck, type Verify } from './password-check';
import type { Refusal } from './refusal';
import type { Transport } from './transport';

export interface AuthenticationRequest {
  tenantId: string;
  chargerId: string;
  version: ProtocolVersion;
  authorization: string | undefined;
  transport: Transport;
}

export type SecurityProfile = 0 | 1 | 2 | 3;

/** For those who watch over security: a refusal that is more than a wrong password. */
export interface SecurityAlert {
  type: string;
  techInfo: string;
}

export type Authentication =
  /** `passwordRenewed`: it came with the password that was last set at it, for the first time. */
  | { ok: true; securityProfile: SecurityProfile; passwordRenewed?: true }
  /** `hint` is for our log: what the operator has to do. It never holds a secret. */
  | { ok: false; refusal: Refusal; hint: string; alert?: SecurityAlert };

type AuthenticatorSettings = Pick<
  Settings,
  'registration' | 'ocppHost' | 'ocppUsername' | 'ocppBehindTls' | 'ocppMinSecurityProfile' | 'cpoName'
>;

/** scrypt takes 16 MiB and 40 ms each: more at once would starve everything else of threads. */
const MAX_WAITING = 256;

/** Decides who may connect, by the registry's local copy. */
export class Authenticator {
  private waiting = 0;
  private readonly reachable: boolean;
  private readonly passwords: PasswordCheck;
  /** Who may own chargers' certificates; empty: anybody. */
  private readonly owners: readonly string[];

  constructor(
    private readonly registry: ChargerRegistry,
    private readonly settings: AuthenticatorSettings,
    verify: Verify = verifyPassword,
  ) {
    this.reachable = !isLoopback(settings.ocppHost);
    this.passwords = new PasswordCheck(registry, verify);
    this.owners = organizationsIn(settings.cpoName);
  }

  async authenticate(request: AuthenticationRequest): Promise<Authentication> {
    const entry = this.registry.get(request.tenantId, request.chargerId);
    if (!entry && this.settings.registration === 'manual') {
      return refused(404, 'This charger is not registered.', 'register it with the registerCharger mutation');
    }
    if (entry?.retired)
      return refused(403, 'This charger is retired.', 'it was retired; register it again to let it in');
    const tooLow = this.withTooLowAProfile(request, entry);
    if (tooLow !== null) return tooLow;
    const { transport } = request;
    if (transport.kind === 'bad certificate') return badCertificate(transport.problem);
    if (transport.kind === 'certificate') {
      // Whitepaper A00.FR.401: the certificate is the authentication; no password is looked at.
      const problem = this.problemOf(transport.names, request);
      return problem === null ? { ok: true, securityProfile: 3 } : badCertificate(problem);
    }
    if (!entry?.credentials) return this.withoutCredentials();
    return this.withCredentials(request, entry.credentials);
  }

  /** Whitepaper A00.FR.404, A00.FR.405: whose it is, and which charger's. */
  private problemOf(names: CertificateNames, { tenantId, chargerId }: AuthenticationRequest): string | null {
    if (!isCertificateOf(names, tenantId, chargerId)) {
      return `it is for ${names.commonNames.join(', ') || 'nobody'}, not for this charger`;
    }
    const problem = problemOfOwner(names.organizations, this.owners);
    return problem === null ? null : `it ${problem}`;
  }

  /** The charger has taken a password that the registry does not know yet: it may be back with it before the registry does. */
  expectPassword(key: string, password: string): void {
    this.passwords.expect(key, password);
  }

  close(): void {
    this.passwords.close();
  }

  /**
   * Whitepaper A00.FR.002, A05: no fall back to a lower profile. Known from how it came, before any password is looked at:
   * one that came over an open line may be in the wrong hands.
   */
  private withTooLowAProfile({ transport }: AuthenticationRequest, entry: RegistryEntry | undefined) {
    const least = Math.max(entry?.securityProfile ?? 0, this.settings.ocppMinSecurityProfile);
    const highest = this.highestProfile(transport, entry);
    if (highest >= least) return null;
    const sentence = `This charger must connect with security profile ${least} or higher, ${HOW[least as SecurityProfile]}.`;
    const techInfo = `it came with security profile ${highest}; ${least} is the lowest it may come with`;
    const hint = `${techInfo} (updateCharger sets that for one charger, OCPP_MIN_SECURITY_PROFILE for all)`;
    return refused(403, sentence, hint, { alert: { type: 'LowerSecurityProfileRefused', techInfo } });
  }

  /** The best that its way to us allows. */
  private highestProfile({ kind }: Transport, entry: RegistryEntry | undefined): SecurityProfile {
    if (kind === 'certificate' || kind === 'bad certificate') return 3;
    if (!entry?.credentials) return 0;
    return this.profileWithPassword(kind);
  }

  private profileWithPassword(kind: Transport['kind']): 1 | 2 {
    return kind === 'plain' && !this.settings.ocppBehindTls ? 1 : 2;
  }

  private withoutCredentials(): Authentication {
    if (!this.reachable) return { ok: true, securityProfile: 0 };
    return refused(
      401,
      'This charger has no credentials yet.',
      `set its password with the setChargerCredentials mutation: without one it is only let in when OCPP_HOST is a loopback address (it is ${this.settings.ocppHost})`,
    );
  }

  private async withCredentials(
    request: AuthenticationRequest,
    credentials: NonNullable<RegistryEntry['credentials']>,
  ): Promise<Authentication> {
    const expected = credentials.username ?? request.chargerId;
    const presented = parseBasic(request.authorization, expected);
    if (!presented) return refused(401, 'Basic authentication is required.', 'the charger sent no Basic credentials');
    const anyName = credentials.username === null && this.settings.ocppUsername === 'any';
    const nameFits = anyName || presented.username === expected;
    if (this.waiting >= MAX_WAITING) {
      return refused(503, 'Too many chargers are signing in; try again.', 'busy', { retryAfterS: 5 });
    }
    this.waiting += 1;
    try {
      // Checked even when the name is wrong, so that both take the same time.
      const key = chargerKey(request.tenantId, request.chargerId);
      const forms = request.version === '1.6' ? 'hexadecimal or not' : 'as it is';
      const fitting = await this.passwords.check(key, presented.password, credentials, forms);
      if (nameFits && fitting !== null) {
        const securityProfile = this.profileWithPassword(request.transport.kind);
        const renewed = fitting === 'current' && typeof credentials.previousPasswordHash === 'string';
        return { ok: true, securityProfile, ...(renewed ? { passwordRenewed: true } : {}) };
      }
    } finally {
      this.waiting -= 1;
    }
    const hint = nameFits
      ? 'the password is wrong'
      : `the Basic username is not ${expected} (OCPP_USERNAME=any allows that)`;
    return refused(401, 'The credentials are wrong.', hint);
  }
}

const HOW: Record<SecurityProfile, string> = {
  0: 'any way it likes',
  1: 'with a password',
  2: 'by TLS (wss://) with a password',
  3: 'by TLS (wss://) with a certificate of its own',
};

/** Whitepaper A00.FR.407, A00.FR.408. */
function badCertificate(problem: string): Authentication {
  const alert = { type: 'InvalidChargePointCertificate', techInfo: `refused a certificate: ${problem}` };
  return refused(401, `The certificate of this charger is not accepted: ${problem}.`, `its certificate: ${problem}`, {
    alert,
  });
}

function refused(
  status: Refusal['status'],
  sentence: string,
  hint: string,
  { retryAfterS, alert }: { retryAfterS?: number; alert?: SecurityAlert } = {},
): Authentication {
  const refusal = { status, sentence, ...(retryAfterS === undefined ? {} : { retryAfterS }) };
  return { ok: false, refusal, hint, ...(alert === undefined ? {} : { alert }) };
}
