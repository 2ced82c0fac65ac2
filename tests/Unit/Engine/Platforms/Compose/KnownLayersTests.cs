using ChainBridge.Engine.Platforms.Compose;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>Which layers stay behind when images are sent; one letter is one layer, the lowest first.</summary>
public sealed class KnownLayersTests
{
    [Theory]
    [InlineData("abc", "abd", "ab")]
    [InlineData("abc", "ab", "ab")]
    [InlineData("abc", "abcd", "abc")]
    [InlineData("abc", "abd xyz", "ab")]
    [InlineData("abc", "", "")]
    [InlineData("abc", "xyz", "")]
    public void Layers_that_an_image_of_the_engine_begins_with_stay_behind(string sent, string there, string behind) =>
        Of(sent, there).Should().Be(behind);

    [Theory]
    [InlineData("abc", "xbc", "")]
    [InlineData("abc", "bc", "")]
    [InlineData("abc", "axc", "a")]
    public void An_equal_layer_upon_other_layers_travels(string sent, string there, string behind) => Of(sent, there).Should().Be(behind);

    [Theory]
    [InlineData("abc abd", "ab", "ab")]
    [InlineData("ab xb", "ab", "a")]
    [InlineData("ab xb", "ab xb", "abx")]
    [InlineData("ab cd", "ab ce", "abc")]
    public void A_layer_of_several_images_stays_behind_only_where_the_engine_knows_it_in_each(string sent, string there, string behind) =>
        Of(sent, there).Should().Be(behind);

    [Theory]
    [InlineData("aba", "ab", "b")]
    [InlineData("aba", "aba", "ab")]
    public void A_layer_that_an_image_has_twice_stays_behind_only_where_both_are_known(string sent, string there, string behind) =>
        Of(sent, there).Should().Be(behind);

    [Fact]
    public void An_image_whose_layers_are_not_known_keeps_the_layers_of_all_on_the_way() =>
        KnownLayers.Of([["a", "b"], []], [["a", "b"]]).Should().BeEmpty();

    private static string Of(string sent, string there) => string.Concat(KnownLayers.Of(Images(sent), Images(there)));

    private static List<IReadOnlyList<string>> Images(string words) =>
        [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Select(layer => $"{layer}").ToList())];
}
