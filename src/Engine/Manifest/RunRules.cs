using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Manifest;

/// <summary>Rules of a service that is a command: <c>run</c> and <c>include</c>.</summary>
internal static class RunRules
{
    private const string Port = "PORT";

    public static void Check(ServiceSpec service, Section section, Problems problems)
    {
        if (service.Build.Run is null)
        {
            if (service.Build.Include.Count > 0)
                problems.Add(section.Place("include"), $"services.{service.Name} includes files, and has no command to run beside them",
                    "add run: [python3, app.py], or remove include");
            return;
        }

        if (service.Build.ProjectFile is not null)
            problems.Add(section.Place("run"), $"services.{service.Name} has both projectFile and run",
                "keep projectFile for a .NET project that is published, run for a command");
        if (service.Build.Run.Count == 0 || string.IsNullOrWhiteSpace(service.Build.Run[0]))
            problems.Add(section.Place("run"), "the command names no program", "begin with the program: [python3, app.py]");
        if (service.Environment.ContainsKey(Port))
            problems.Add(section.Place("environment"),
                $"services.{service.Name} sets {Port}, and two releases that stand beside each other cannot have one port",
                $"remove it: the runner offers a free one in {Port}, and as {{port}} in run");
        foreach (var part in service.Build.Include.Where(part => Path.IsPathRooted(part) || part.Split('/').Contains("..")))
            problems.Add(section.Place("include"), $"'{part}' is not below the context of {service.Name}",
                "name a file or folder relative to the context");
    }
}
