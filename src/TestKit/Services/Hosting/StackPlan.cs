namespace ChainBridge.TestKit.Services.Hosting;

/// <summary>Which service of a stack comes before which.</summary>
internal static class StackPlan
{
    /// <exception cref="ArgumentException">It cannot be started as it is; names all that is wrong.</exception>
    public static void Check(IReadOnlyCollection<ServicePlan> plans)
    {
        var names = plans.Select(plan => plan.Name).ToHashSet();
        var problems = plans.GroupBy(plan => plan.Name).Where(group => group.Count() > 1)
            .Select(group => $"'{group.Key}' is there {group.Count()} times: give each its own name")
            .Concat(
                from plan in plans
                from need in plan.Needs
                where !names.Contains(need.Value)
                select $"'{plan.Name}' needs '{need.Value}' for {need.Key}, and there is none: "
                    + $"the stack has {string.Join(", ", names.Order())}")
            .ToList();
        if (problems.Count == 0 && Circle(plans) is { } circle) problems.Add($"needs go in a circle: {string.Join(" -> ", circle)}");
        if (problems.Count > 0) throw new ArgumentException($"this stack cannot be started: {string.Join("; ", problems)}", nameof(plans));
    }

    /// <summary>Each after all that it needs. Only for what was checked.</summary>
    public static IReadOnlyList<ServicePlan> InOrder(IReadOnlyCollection<ServicePlan> plans)
    {
        var (left, ordered) = (plans.ToList(), new List<ServicePlan>());
        while (left.Count > 0)
        {
            var next = left.Where(plan => plan.Needs.Values.All(name => ordered.Any(other => other.Name == name))).ToList();
            ordered.AddRange(next);
            left.RemoveAll(next.Contains);
        }

        return ordered;
    }

    private static IReadOnlyList<string>? Circle(IReadOnlyCollection<ServicePlan> plans)
    {
        var byName = plans.ToDictionary(plan => plan.Name);
        var done = new HashSet<string>();
        return plans.Select(plan => From(plan.Name, [])).FirstOrDefault(circle => circle is not null);

        List<string>? From(string name, List<string> way)
        {
            if (way.IndexOf(name) is >= 0 and var start) return [.. way[start..], name];
            if (!done.Add(name)) return null;
            return byName[name].Needs.Values.Select(need => From(need, [.. way, name])).FirstOrDefault(circle => circle is not null);
        }
    }
}
