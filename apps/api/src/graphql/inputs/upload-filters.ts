import { ArgsType } from '@nestjs/graphql';
import { PageArgs } from './filters';

@ArgsType()
export class UploadsArgs extends PageArgs {}
