import { describedEnum } from './enums';

export const OperationKind = describedEnum('OperationKind', 'What takes a charger a while.', {
  FIRMWARE_UPDATE: 'A new firmware: loaded, installed.',
  LOG_UPLOAD: 'Diagnostics, or a log.',
  CERTIFICATE_RENEWAL: 'A new certificate of the charger’s own.',
});

export const OperationState = describedEnum(
  'OperationState',
  'How a long operation stands. All but the first are final.',
  {
    RUNNING: 'It is under way; see `stalled`.',
    SUCCEEDED: 'It is done.',
    FAILED: 'It has failed; see `status`.',
    REFUSED: 'It was never begun: the command was not taken.',
    REPLACED: 'A later one of its kind took its place.',
  },
);
