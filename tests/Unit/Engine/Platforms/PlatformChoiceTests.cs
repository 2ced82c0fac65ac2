using ChainBridge.Engine.Hosts;
using ChainBridge.Engine.Manifest;
using ChainBridge.Engine.Model;
using ChainBridge.Engine.Platforms;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms;

public sealed class PlatformChoiceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("choice-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(true, "docker-compose.yml", TargetKind.Compose)]
    [InlineData(false, "docker-compose.yml", TargetKind.Process)]
    [InlineData(true, null, TargetKind.Process)]
    public async Task Auto_takes_compose_when_an_engine_answers_and_there_is_a_compose_file(
        bool answers, string? composeFile, TargetKind expected) =>
        (await ResolveAsync(TargetKind.Auto, answers, composeFile)).Should().Be(expected);

    [Fact]
    public async Task The_chosen_platform_stays_even_when_the_engine_goes_away()
    {
        PlatformChoice.Keep(new LocalFiles(), Environment(TargetKind.Compose));
        (await ResolveAsync(TargetKind.Auto, answers: false)).Should().Be(TargetKind.Compose);
    }

    [Fact]
    public async Task Another_target_on_the_same_state_is_refused_and_the_way_out_is_named()
    {
        PlatformChoice.Keep(new LocalFiles(), Environment(TargetKind.Compose));
        var resolving = () => ResolveAsync(TargetKind.Process, answers: true);
        var refused = (await resolving.Should().ThrowAsync<EngineException>()).Which;
        refused.Failure.Should().Be(Failure.Refused);
        refused.NextStep.Should().Contain("down --volumes");
    }

    private async Task<TargetKind> ResolveAsync(TargetKind wanted, bool answers, string? composeFile = "docker-compose.yml") =>
        (await PlatformChoice.ResolveAsync(new LocalFiles(), Environment(wanted) with { ComposeFile = composeFile },
            _ => Task.FromResult(answers),
            TestContext.Current.CancellationToken)).Target;

    private EnvironmentSpec Environment(TargetKind target) =>
        new("staging", target, _folder.FullName, 8088, "docker-compose.yml", 5, new(TimeSpan.Zero, TimeSpan.Zero),
            new Dictionary<string, string>());
}
