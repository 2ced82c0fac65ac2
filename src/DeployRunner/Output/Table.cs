using ChainBridge.Engine.Events;

namespace ChainBridge.DeployRunner.Output;

/// <summary>What <c>versions</c>, <c>status</c>, <c>history</c> or <c>plan</c> answers.</summary>
/// <param name="Item">
/// What a row is; the event's name in JSON: <c>release</c>, <c>service</c>, <c>past-deployment</c>, <c>planned-step</c>.
/// </param>
/// <param name="Columns">Also the members in JSON.</param>
public sealed record Table(string Item, IReadOnlyList<string> Columns, IReadOnlyList<TableRow> Rows) : RunnerEvent;

/// <summary>One row.</summary>
/// <param name="Details">Pairs too long for a column: printed below the row.</param>
public sealed record TableRow(IReadOnlyList<string> Cells, IReadOnlyList<KeyValuePair<string, string>> Details);
