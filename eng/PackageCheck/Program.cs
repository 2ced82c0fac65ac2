using ChainBridge.PackageCheck;

// Usage: PackageCheck FEED: every *.nupkg in the folder FEED is looked into. Ends with 1 when one lacks something, or there is none.
var files = args.Length == 1 && Directory.Exists(args[0]) ? Directory.GetFiles(args[0], "*.nupkg").Order().ToList() : [];
if (files.Count == 0)
{
    Console.Error.WriteLine($"no *.nupkg in '{string.Join(' ', args)}': nothing was checked; give the folder that was packed into");
    return 1;
}

var packages = files.ConvertAll(file => PackageFile.Read(File.OpenRead(file)));
var problems = packages.SelectMany(package => PackageRules.Problems(package, packages)
    .Select(problem => $"{package.Id} {package.Version}: {problem}")).ToList();
foreach (var package in packages)
    Console.WriteLine($"{package.Id} "
        + $"{package.Version}: {string.Join(", ", package.Files.Keys.Where(name => name.StartsWith("lib/", StringComparison.Ordinal)))}; "
        + $"needs {string.Join(", ", package.Dependencies.Select(one => $"{one.Id} {one.Version}"))}");
foreach (var problem in problems) Console.Error.WriteLine("error: " + problem);
return problems.Count == 0 ? 0 : 1;
