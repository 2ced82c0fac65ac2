using ChainBridge.Samples.ChainPay;
using ChainBridge.Samples.ServiceDefaults;

var app = ChainPayApp.Build(args);
return await app.RunServiceAsync(args, ChainPayApp.MigrationsOn(app.Configuration));
