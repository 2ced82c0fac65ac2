using System.Text.Json;
using ChainBridge.Engine.Secrets;

namespace ChainBridge.DeployRunner.Output;

/// <summary>Tables as plain text that stays readable at 100 columns: long pairs go below their row.</summary>
internal static class TableText
{
    public static IEnumerable<string> Lines(Table table)
    {
        if (table.Rows.Count == 0) return [$"no {table.Item.Replace('-', ' ')}"];
        var rows = table.Rows.Select(row => row.ToJson()).ToList();
        var cells = rows.Select(row => Texts(row).Select(cell => Shown.OnOneLine(cell.Value.GetString()!)).ToList())
            .Prepend([.. Texts(rows[0]).Select(cell => cell.Name.ToUpperInvariant())]).ToList();
        var widths = cells[0].Select((_, column) => cells.Max(row => row[column].Length)).ToList();
        return cells.SelectMany((row, index) => (index == 0 ? [] : Details(rows[index - 1]))
            .Prepend(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()));
    }

    private static IEnumerable<JsonProperty> Texts(JsonElement row) =>
        row.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String);

    private static IEnumerable<string> Details(JsonElement row) => row.TryGetProperty("details", out var details)
        ? details.EnumerateObject()
            .Select(detail => $"    {Shown.OnOneLine(detail.Name)}  {Shown.OnOneLine(detail.Value.GetString()!)}")
        : [];
}
