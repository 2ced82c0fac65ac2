using ChainBridge.TestKit;
using Xunit;

// Linked into every suite that uses TestKit: one environment per run.
[assembly: AssemblyFixture(typeof(TestEnvironment))]
