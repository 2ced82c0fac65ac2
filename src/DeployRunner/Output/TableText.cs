using ChainBridge.Engine.Secrets;

namespace ChainBridge.DeployRunner.Output;

/// <summary>Tables as plain text that stays readable at 100 columns: long pairs go below their row.</summary>
internal static class TableText
{
    public static IEnumerable<string> Lines(Table table)
    {
        if (table.Rows.Count == 0) return [$"no {table.Item.Replace('-', ' ')}"];
        var rows = table.Rows.Select(row => (IReadOnlyList<string>)[.. row.Cells.Select(Shown.OnOneLine)])
            .Prepend([.. table.Columns.Select(column => column.ToUpperInvariant())]).ToList();
        var widths = table.Columns.Select((_, index) => rows.Max(row => row[index].Length)).ToList();
        return rows.SelectMany((row, index) => Details(table, index - 1)
            .Prepend(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()));
    }

    private static IEnumerable<string> Details(Table table, int row) =>
        row < 0 ? [] : table.Rows[row].Details.Select(detail => $"    {Shown.OnOneLine(detail.Key)}  {Shown.OnOneLine(detail.Value)}");
}
