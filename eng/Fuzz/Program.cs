using System.Globalization;
using ChainBridge.Fuzz;

// Usage: ChainBridge.Fuzz SEED SECONDS FINDINGS FOLDER…
// Mutates the result files below the folders for so many seconds. A file that is read wrongly is kept in the folder FINDINGS,
// and the search ends with 1. Ends with 2 when there is nothing to begin with.
if (args.Length < 4 || !int.TryParse(args[0], CultureInfo.InvariantCulture, out var seed)
    || !double.TryParse(args[1], CultureInfo.InvariantCulture, out var seconds))
{
    await Console.Error.WriteLineAsync("usage: ChainBridge.Fuzz SEED SECONDS FINDINGS FOLDER…; SEED is a whole number");
    return 2;
}

var seeds = Seed.Below(args[3..]);
if (seeds.Count == 0)
{
    await Console.Error.WriteLineAsync($"fuzz: no result file (.xml, .trx, .json) below {string.Join(", ", args[3..])}");
    return 2;
}

var time = TimeProvider.System;
var search = new Search(seeds, seed, time, Search.AsGate);
var began = time.GetTimestamp();
var (number, findings) = (0, new List<Finding>());
while (time.GetElapsedTime(began).TotalSeconds < seconds && findings.Count < 10)
    if (await search.TryAsync(number++, timed: true, CancellationToken.None) is { } finding) findings.Add(finding);

foreach (var finding in findings)
{
    Directory.CreateDirectory(args[2]);
    var path = Path.Combine(args[2], $"{seed}-{finding.Number}.{finding.Format.ToString().ToLowerInvariant()}");
    await File.WriteAllBytesAsync(path, finding.Content);
    await Console.Error.WriteLineAsync($"fuzz: {path}, made of {finding.From}: {finding.Reason}");
}

Console.WriteLine($"fuzz: seed {seed}: {number} files made of {seeds.Count} in {time.GetElapsedTime(began).TotalSeconds:0} s, "
    + $"{findings.Count} read wrongly");
return findings.Count == 0 ? 0 : 1;
