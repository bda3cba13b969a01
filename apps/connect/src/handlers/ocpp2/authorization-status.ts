import type { AuthorizationStatus } from '@chargestream/contracts';
import type { IdTokenInfo } from './id-token-info';

/** The neutral statuses; those of 2.x that we never answer come out as Invalid. */
export function authorizationStatus(status: IdTokenInfo['status']): AuthorizationStatus {
  switch (status) {
    case 'Accepted':
    case 'Blocked':
    case 'Expired':
    case 'Invalid':
    case 'ConcurrentTx':
    case 'Unknown':
      return status;
    case 'NoCredit':
    case 'NotAllowedTypeEVSE':
    case 'NotAtThisLocation':
    case 'NotAtThisTime':
      return 'Invalid';
  }
}
