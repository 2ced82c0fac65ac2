using ChainBridge.TestKit;
using Xunit;

// Linked into every suite that uses TestKit: one environment per run, and the budgets of the categories enforced.
[assembly: AssemblyFixture(typeof(TestEnvironment))]
[assembly: TestFramework(typeof(BudgetFramework))]
