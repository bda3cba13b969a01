import { Inject } from '@nestjs/common';
import { Args, Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { UploadFilter } from '@chargestream/read-model';
import { API_OPTIONS, type ApiOptions } from '../../options';
import type { ApiContext } from '../context';
import { UploadsArgs } from '../inputs/upload-filters';
import { ValidatesInput } from '../input-validation';
import { ChargerType } from '../types/charger';
import { OperationType } from '../types/operation';
import { toConnection } from '../types/page';
import { toUpload, UploadConnection } from '../types/upload';

/** Files of whatever a resolver below is about. */
abstract class UploadsOf {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  protected async page({ caller }: ApiContext, filter: UploadFilter, page: UploadsArgs) {
    const found = await this.options.readModel.queries.uploads.page(caller.tenantId, filter, page);
    return toConnection(found, toUpload, page.after);
  }
}

@Resolver(() => ChargerType)
@ValidatesInput()
export class ChargerUploadsResolver extends UploadsOf {
  @ResolveField(() => UploadConnection, { description: 'Files that it uploaded here, newest first.' })
  uploads(@Parent() { id }: ChargerType, @Args() page: UploadsArgs, @Context() context: ApiContext) {
    return this.page(context, { chargerId: id }, page);
  }
}

@Resolver(() => OperationType)
@ValidatesInput()
export class OperationUploadsResolver extends UploadsOf {
  @ResolveField(() => UploadConnection, { description: 'Files that came of it here, newest first.' })
  uploads(@Parent() { id }: OperationType, @Args() page: UploadsArgs, @Context() context: ApiContext) {
    return this.page(context, { commandId: id }, page);
  }
}
