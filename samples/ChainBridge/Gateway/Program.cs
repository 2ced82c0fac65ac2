using ChainBridge.Samples.Gateway;
using ChainBridge.Samples.ServiceDefaults;

return await GatewayApp.Build(args).RunServiceAsync(args, migrations: null);
