export { newSigningRequest } from './new-signing-request';
