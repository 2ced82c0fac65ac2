using System.Xml.Linq;

namespace ChainBridge.Engine.Platforms.Process;

/// <summary>The build file that publishes several projects at once.</summary>
internal static class PublishProject
{
    /// <summary>
    /// First all are built with the same properties, so that a project they share is built once and never by two at the
    /// same time; then each is published, without building, into its folder. The version and the commit come as properties.
    /// </summary>
    public static XDocument For(IEnumerable<(string Project, string Folder)> services) =>
        new(new XElement("Project", new XAttribute("DefaultTargets", "PublishAll"),
            new XElement("PropertyGroup",
                new XElement("Common", "Configuration=Release;InformationalVersion=$(ReleaseVersion);SourceRevisionId=$(ReleaseCommit)")),
            new XElement("ItemGroup", services.Select(service =>
                new XElement("Service", new XAttribute("Include", service.Project), new XAttribute("Folder", service.Folder + "/")))),
            new XElement("Target", new XAttribute("Name", "Restore"),
                Call("Restore", "MSBuildRestoreSessionId=$([System.Guid]::NewGuid())")),
            new XElement("Target", new XAttribute("Name", "PublishAll"), Call("Build", "$(Common)"),
                Call("Publish", "$(Common);NoBuild=true;PublishDir=%(Service.Folder)"))));

    private static XElement Call(string target, string properties) =>
        new("MSBuild", new XAttribute("Projects", "@(Service)"), new XAttribute("Targets", target),
            new XAttribute("Properties", properties), new XAttribute("BuildInParallel", "true"));
}
