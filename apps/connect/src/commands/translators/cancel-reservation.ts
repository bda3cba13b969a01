import { calls, type Translator } from '../translation';

/** 1.6 §5.2; 2.0.1 H02. */
export const cancelReservation: Translator<'CANCEL_RESERVATION'> = ({ reservationId }) =>
  calls({ action: 'CancelReservation', payload: { reservationId } });
