using System.Reflection;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.House;

/// <summary>What the field has a word for has no other one in an identifier; docs/glossary.md lists the words.</summary>
public sealed class WordsTests
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance
        | BindingFlags.DeclaredOnly;

    /// <summary>The field says reaper or supervisor; and which process, runner or test it is.</summary>
    private static readonly string[] Forbidden = ["Keeper", "Nobody", "Somebody", "Whoever", "Anybody", "Everybody"];

    [Fact]
    public void No_identifier_holds_a_private_word() =>
        HouseTests.Assemblies.SelectMany(assembly => Assembly.Load(assembly).GetTypes()).SelectMany(Private).Should().BeEmpty();

    [Fact]
    public void A_private_word_is_found_in_types_members_and_parameters() =>
        Private(typeof(PlantedKeeper)).Should().BeEquivalentTo("PlantedKeeper", "ForNobody", "whoever");

    private static IEnumerable<string> Private(Type type) => type.GetMembers(All).Where(member => member is not Type)
        .SelectMany(member => (member as MethodBase)?.GetParameters().Select(parameter => parameter.Name ?? "").Append(member.Name)
            ?? [member.Name])
        .Append(type.Name).Where(name => Forbidden.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)));

    private static class PlantedKeeper
    {
        public static string ForNobody(string whoever) => whoever;
    }
}
