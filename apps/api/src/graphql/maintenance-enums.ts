import { describedEnum } from './enums';

export const LogType = describedEnum('LogType', 'Which log of a charger.', {
  DIAGNOSTICS: 'What its maker needs to find a fault.',
  SECURITY: 'Its security events.',
});

export const HashAlgorithm = describedEnum('HashAlgorithm', 'How the hashes of a certificate were made.', {
  SHA256: 'SHA-256.',
  SHA384: 'SHA-384.',
  SHA512: 'SHA-512.',
});
