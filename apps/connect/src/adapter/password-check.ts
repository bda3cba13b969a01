import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ChargerCredentials } from '@chargestream/contracts';
import type { ChargerRegistry } from '../tables/charger-registry';
import { formsOfAuthorizationKey } from './basic-credentials';

export type Verify = (password: Buffer, hash: string) => Promise<boolean>;

/** Which password it is: the present one, or the one before, which may still be used. */
export type Fitting = 'current' | 'previous';

interface Verified {
  passwordHash: string;
  mac: Buffer;
}

/** Core stores a password that a charger took within seconds; where core is away it takes longer. */
const EXPECTED_FOR_MS = 60 * 60 * 1000;
const MAX_EXPECTED = 10_000;

/** Checks passwords against their hashes. Checks are slow on purpose; a keyed digest of what fitted makes reconnect storms cheap. */
export class PasswordCheck {
  private readonly verified = new Map<string, Verified>();
  private readonly expected = new LRUCache<string, Buffer[]>({ max: MAX_EXPECTED, ttl: EXPECTED_FOR_MS });
  private readonly cacheKey = randomBytes(32);
  private readonly forgetChanged: () => void;

  constructor(
    registry: ChargerRegistry,
    private readonly verify: Verify,
  ) {
    this.forgetChanged = registry.onChange((entry, before, key) => {
      this.verified.delete(key);
      if (entry?.credentials?.passwordHash !== before?.credentials?.passwordHash) this.expected.delete(key);
    });
  }

  /** The charger was told this password and took it. */
  expect(key: string, password: string): void {
    this.expected.set(
      key,
      formsOfAuthorizationKey(Buffer.from(password)).map((form) => this.mac(form)),
    );
  }

  /** @param forms whether a 1.6 AuthorizationKey may come in either of its forms. @returns null when none fits */
  async check(
    key: string,
    password: Buffer,
    { passwordHash, previousPasswordHash }: ChargerCredentials,
    forms: 'hexadecimal or not' | 'as it is',
  ): Promise<Fitting | null> {
    const mac = this.mac(password);
    const known = this.verified.get(key);
    if (known?.passwordHash === passwordHash && timingSafeEqual(known.mac, mac)) return 'current';
    if (this.expected.get(key)?.some((expected) => timingSafeEqual(expected, mac)) === true) return 'current';
    const tried = forms === 'as it is' ? [password] : formsOfAuthorizationKey(password);
    if (await this.fits(tried, passwordHash)) {
      this.verified.set(key, { passwordHash, mac });
      return 'current';
    }
    if (typeof previousPasswordHash !== 'string') return null;
    return (await this.fits(tried, previousPasswordHash)) ? 'previous' : null;
  }

  close(): void {
    this.forgetChanged();
  }

  private async fits(forms: readonly Buffer[], hash: string): Promise<boolean> {
    for (const form of forms) if (await this.verify(form, hash)) return true;
    return false;
  }

  private mac(password: Buffer): Buffer {
    return createHmac('sha256', this.cacheKey).update(password).digest();
  }
}
