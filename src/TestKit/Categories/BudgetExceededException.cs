namespace ChainBridge.TestKit;

/// <summary>Why a test failed that the budget of its category left no time for. Reported, never thrown.</summary>
public sealed class BudgetExceededException(string message) : Exception(message);
