import { bootIntervalS, chargerBooted, REGISTRATION_STATUS } from '../boot';
import { receipt } from '../handler';
import type { Handler2 } from './handler2';

/** 2.0.1 B01.FR.02, B02, B03. */
export const bootNotification: Handler2<'BootNotification'> = (context, { messageId, payload }) => {
  const intervalS = bootIntervalS(context);
  const station = payload.chargingStation;
  return receipt(
    { currentTime: context.receivedAt, interval: intervalS, status: REGISTRATION_STATUS[context.registration] },
    chargerBooted(context, messageId, {
      vendor: station?.vendorName ?? null,
      model: station?.model ?? null,
      serialNumber: station?.serialNumber ?? null,
      firmwareVersion: station?.firmwareVersion ?? null,
      iccid: station?.modem?.iccid ?? null,
      imsi: station?.modem?.imsi ?? null,
      meterType: null,
      meterSerialNumber: null,
      bootReason: payload.reason ?? null,
      registration: context.registration,
      intervalS,
    }),
  );
};
