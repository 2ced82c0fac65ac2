using ChainBridge.Samples.ChainIQ;
using ChainBridge.Samples.ServiceDefaults;

var app = ChainIQApp.Build(args);
return await app.RunServiceAsync(args, ChainIQApp.MigrationsOn(app.Configuration));
