export { OcppWsAdapter } from './adapter/ocpp-ws.adapter';
export { ConnectModule, type ConnectModuleOptions } from './connect.module';
export { ConnectRuntime, type ConnectOptions } from './connect-runtime';
export { startConnect, type RunningConnect } from './start-connect';
export { VendorModuleError } from './vendors/load-vendors';
