import { Inject } from '@nestjs/common';
import { Args, Context, Resolver } from '@nestjs/graphql';
import { badInput } from '../../errors/api-error';
import { IntentSender } from '../../intents/intent-sender';
import { API_OPTIONS, type ApiOptions } from '../../options';
import type { ApiContext } from '../context';
import {
  DeleteCertificateInput,
  GetInstalledCertificatesInput,
  GetLogsInput,
  InstallCertificateInput,
  UpdateFirmwareInput,
} from '../inputs/maintenance';
import { ValidatesInput } from '../input-validation';
import { Uploads } from '../../uploads/uploads';
import { commandMutation, INPUT, sendCommand, WaitArgs } from './command-mutation';

/** Mutations about firmware, logs and certificates. */
@Resolver()
@ValidatesInput()
export class MaintenanceCommandsResolver {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(IntentSender) private readonly intents: IntentSender,
    @Inject(Uploads) private readonly uploads: Uploads,
  ) {}

  @commandMutation('Asks a charger to fetch and install firmware; what comes of it is in its `operations`.')
  updateFirmware(
    @Args('input', INPUT) input: UpdateFirmwareInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { chargerId, location, installAt = null, retries = null, retryIntervalS = null } = input;
    const { signingCertificate = null, signature = null } = input;
    if ((signingCertificate === null) !== (signature === null)) {
      const missing = signature === null ? 'signature' : 'signingCertificate';
      throw badInput(missing, 'required', 'Signed firmware needs a signature and the signingCertificate.');
    }
    const nowMs = this.options.clock?.() ?? Date.now();
    return sendCommand(this.intents, context, chargerId, input, wait, {
      kind: 'UPDATE_FIRMWARE',
      location,
      retrieveAt: input.retrieveAt ?? new Date(nowMs).toISOString(),
      installAt,
      retries,
      retryIntervalS,
      signingCertificate,
      signature,
    });
  }

  @commandMutation(
    'Asks a charger to upload a log; what comes of it is in its `operations`, and in its `uploads` when it came here.',
  )
  getLogs(@Args('input', INPUT) input: GetLogsInput, @Args() wait: WaitArgs, @Context() context: ApiContext) {
    const { chargerId, logType, oldestAt = null, newestAt = null, retries = null } = input;
    if (oldestAt !== null && newestAt !== null && Date.parse(newestAt) <= Date.parse(oldestAt)) {
      throw badInput('newestAt', 'order', 'newestAt must be after oldestAt.');
    }
    return sendCommand(this.intents, context, chargerId, input, wait, async (as) => ({
      kind: 'GET_LOGS',
      logType,
      location:
        input.location ??
        (await this.uploads.location(context.caller, chargerId, as.commandId, Date.parse(as.expiresAt))),
      retries,
      retryIntervalS: input.retryIntervalS ?? null,
      oldestAt,
      newestAt,
      ...(input.useGetLog ? { useGetLog: true } : {}),
    }));
  }

  @commandMutation('Asks a charger to trust a certificate.')
  installCertificate(
    @Args('input', INPUT) input: InstallCertificateInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { chargerId, certificateType, certificate } = input;
    const what = { kind: 'INSTALL_CERTIFICATE' as const, certificateType, certificate };
    return sendCommand(this.intents, context, chargerId, input, wait, what);
  }

  @commandMutation('Asks a charger to delete a certificate.')
  deleteCertificate(
    @Args('input', INPUT) input: DeleteCertificateInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber } = input.certificate;
    const certificate = { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber };
    const what = { kind: 'DELETE_CERTIFICATE' as const, certificate };
    return sendCommand(this.intents, context, input.chargerId, input, wait, what);
  }

  @commandMutation('Asks a charger which certificates it trusts; then shown in its `certificates`.')
  getInstalledCertificates(
    @Args('input', INPUT) input: GetInstalledCertificatesInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { chargerId, certificateTypes } = input;
    const what = { kind: 'GET_INSTALLED_CERTIFICATES' as const, certificateTypes };
    return sendCommand(this.intents, context, chargerId, input, wait, what);
  }
}
