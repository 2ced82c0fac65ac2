using ChainBridge.TestKit;
using ChainBridge.TestKit.Categories;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.TestKit;

public sealed class CategoryTests
{
    [Theory]
    [InlineData("ApiHealth", 60)]
    [InlineData("Database", 120)]
    [InlineData("CrossService", 180)]
    [InlineData("Performance", 300)]
    [InlineData("Smoke", 60)]
    public void Each_category_has_the_budget_that_is_promised(string name, int seconds) =>
        Category.With(_ => null)
            .Should().ContainSingle(category => category.Name == name).Which.Budget.Should().Be(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("5s", 5)]
    [InlineData("1.5 s", 1.5)]
    [InlineData("2m", 120)]
    public void A_variable_sets_the_budget_of_its_category_alone(string text, double seconds)
    {
        var categories = Category.With(name => name == "CHAINBRIDGE_BUDGET_CROSSSERVICE" ? text : null);
        categories.Single(category => category.Name == "CrossService").Budget.Should().Be(TimeSpan.FromSeconds(seconds));
        categories.Where(category => category.Name != "CrossService")
            .Should().BeEquivalentTo(Category.All.Where(category => category.Name != "CrossService"));
    }

    [Theory]
    [InlineData(null, 1800)]
    [InlineData("90s", 90)]
    public void Tests_without_a_category_have_half_an_hour_unless_a_variable_sets_another_time(string? text, double seconds) =>
        Budgets.From(name => name == "CHAINBRIDGE_BUDGET_OTHER" ? text : null).Other.Budget.Should().Be(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData(null, 30)]
    [InlineData("5s", 5)]
    public void Rows_of_theories_have_half_a_minute_while_tests_are_looked_for_unless_a_variable_sets_another_time(string? text,
        double seconds) =>
        Budgets.From(name => name == "CHAINBRIDGE_BUDGET_DISCOVERY" ? text : null).Discovery.Should().Be(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("CHAINBRIDGE_BUDGET_DISCOVERY", "off")]
    [InlineData("CHAINBRIDGE_BUDGET_OTHER", "Off")]
    [InlineData("CHAINBRIDGE_BUDGET_OTHER", "0s")]
    [InlineData("CHAINBRIDGE_BUDGET_DATABASE", "off")]
    public void Only_the_budget_of_those_without_one_can_be_switched_off_and_only_in_one_way(string variable, string text)
    {
        var read = () => Budgets.From(name => name == variable ? text : null);
        read.Should().Throw<FormatException>().WithMessage($"{variable}={text} is no budget*");
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("5")]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("1h")]
    [InlineData("9999999s")]
    public void A_text_that_is_no_budget_is_refused_with_the_way_to_write_one(string text)
    {
        var read = () => Category.With(name => name == "CHAINBRIDGE_BUDGET_SMOKE" ? text : null);
        read.Should().Throw<FormatException>().WithMessage($"CHAINBRIDGE_BUDGET_SMOKE={text}*30s*");
    }
}
