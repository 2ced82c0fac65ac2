namespace ChainBridge.TestKit.Assertions;

/// <summary>How long and how often is looked.</summary>
public sealed record EventuallyOptions
{
    /// <summary>An answer counts only if it came within this time. Default 10 s; must be positive.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause between two looks. Default 50 ms; must be positive.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The clock that deadline and pause go by. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The defaults with another deadline.</summary>
    public static implicit operator EventuallyOptions(TimeSpan within) => new() { Within = within };

    internal EventuallyOptions Checked() => Within <= TimeSpan.Zero || Every <= TimeSpan.Zero
        ? throw new ArgumentException(
            $"within ({Text.Span(Within)}) and every ({Text.Span(Every)}) must be positive: give the wait a deadline and a pause")
        : this;
}
