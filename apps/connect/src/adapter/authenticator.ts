import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { chargerKey, type ProtocolVersion, type RegistryEntry } from '@chargestream/contracts';
import { isLoopback, verifyPassword, type Settings } from '@chargestream/service-kit';
import type { ChargerRegistry } from '../tables/charger-registry';
import { formsOfAuthorizationKey, parseBasic } from './basic-credentials';
import type { Refusal } from './refusal';

export interface AuthenticationRequest {
  tenantId: string;
  chargerId: string;
  version: ProtocolVersion;
  authorization: string | undefined;
}

export type Authentication =
  | { ok: true; securityProfile: 0 | 1 }
  /** `hint` is for our log: what the operator has to do. It never holds a secret. */
  | { ok: false; refusal: Refusal; hint: string };

type Verify = (password: Buffer, hash: string) => Promise<boolean>;

interface Verified {
  passwordHash: string;
  mac: Buffer;
}

/** scrypt takes 16 MiB and 40 ms each: more at once would starve everything else of threads. */
const MAX_WAITING = 256;

/** Decides who may connect, by the registry's local copy. */
export class Authenticator {
  /** Password checks are slow on purpose; a keyed digest of what was verified makes reconnect storms cheap. */
  private readonly verified = new Map<string, Verified>();
  private readonly cacheKey = randomBytes(32);
  private waiting = 0;
  private readonly forgetChanged: () => void;
  private readonly reachable: boolean;

  constructor(
    private readonly registry: ChargerRegistry,
    private readonly settings: Pick<Settings, 'registration' | 'ocppHost' | 'ocppUsername'>,
    private readonly verify: Verify = verifyPassword,
  ) {
    this.reachable = !isLoopback(settings.ocppHost);
    this.forgetChanged = registry.onChange((_entry, _before, key) => this.verified.delete(key));
  }

  async authenticate(request: AuthenticationRequest): Promise<Authentication> {
    const entry = this.registry.get(request.tenantId, request.chargerId);
    if (!entry && this.settings.registration === 'manual') {
      return refused(404, 'This charger is not registered.', 'register it with the registerCharger mutation');
    }
    if (entry?.retired)
      return refused(403, 'This charger is retired.', 'it was retired; register it again to let it in');
    if (!entry?.credentials) return this.withoutCredentials();
    return this.withCredentials(request, entry.credentials);
  }

  close(): void {
    this.forgetChanged();
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
    if (this.waiting >= MAX_WAITING) return refused(503, 'Too many chargers are signing in; try again.', 'busy', 5);
    this.waiting += 1;
    try {
      // Checked even when the name is wrong, so that both take the same time.
      const passwordFits = await this.passwordFits(request, presented.password, credentials.passwordHash);
      if (nameFits && passwordFits) return { ok: true, securityProfile: 1 };
    } finally {
      this.waiting -= 1;
    }
    const hint = nameFits
      ? 'the password is wrong'
      : `the Basic username is not ${expected} (OCPP_USERNAME=any allows that)`;
    return refused(401, 'The credentials are wrong.', hint);
  }

  private async passwordFits(request: AuthenticationRequest, password: Buffer, passwordHash: string): Promise<boolean> {
    const key = chargerKey(request.tenantId, request.chargerId);
    const mac = createHmac('sha256', this.cacheKey).update(password).digest();
    const known = this.verified.get(key);
    if (known?.passwordHash === passwordHash && timingSafeEqual(known.mac, mac)) return true;
    for (const form of request.version === '1.6' ? formsOfAuthorizationKey(password) : [password]) {
      if (!(await this.verify(form, passwordHash))) continue;
      this.verified.set(key, { passwordHash, mac });
      return true;
    }
    return false;
  }
}

function refused(status: Refusal['status'], sentence: string, hint: string, retryAfterS?: number): Authentication {
  return { ok: false, refusal: { status, sentence, ...(retryAfterS === undefined ? {} : { retryAfterS }) }, hint };
}
