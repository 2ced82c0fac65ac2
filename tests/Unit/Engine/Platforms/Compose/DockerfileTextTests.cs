using ChainBridge.Engine.Platforms.Compose;
using FluentAssertions;
using Xunit;

namespace ChainBridge.Tests.Unit.Engine.Platforms.Compose;

/// <summary>What of a Dockerfile decides whether a build can be left out.</summary>
public sealed class DockerfileTextTests
{
    private static readonly Dictionary<string, string> None = [];

    [Theory]
    [InlineData("FROM a\nARG VERSION=0\nRUN echo $VERSION", true)]
    [InlineData("ARG COMMIT\nFROM a", true)]
    [InlineData("FROM a\narg NAME=x BUILD_DATE", true)]
    [InlineData("FROM a\nARG NAME=x \\\n  VERSION=1", true)]
    [InlineData("FROM a\nONBUILD ARG VERSION", true)]
    [InlineData("FROM a\n# ARG VERSION\nARG NODE_VERSION=20\nENV VERSION=1", false)]
    public void An_image_that_asks_for_the_releases_version_is_another_one_with_each_release(string text, bool takes) =>
        new DockerfileText(text).TakesRelease.Should().Be(takes);

    [Theory]
    [InlineData("FROM node:20 AS build\nFROM build\nFROM scratch", "node:20")]
    [InlineData("ARG BASE=node\nARG TAG=20\nFROM --platform=linux/amd64 ${BASE}:$TAG\nCOPY --from=0 /a /b", "node:20")]
    [InlineData("FROM ${BASE:-alpine} AS one\nCOPY --from=one /a /b\nCOPY --from=nginx:1 /c /d", "alpine", "nginx:1")]
    [InlineData("FROM a\nRUN --mount=type=bind,from=tools:3,target=/t ls", "a", "tools:3")]
    public void The_images_that_it_begins_with_and_copies_from_are_named(string text, params string[] images) =>
        new DockerfileText(text).Images(None).Should().Equal(images);

    [Fact]
    public void A_build_argument_goes_before_its_default() => new DockerfileText("ARG BASE=a\nFROM ${BASE}")
        .Images(new Dictionary<string, string> { ["BASE"] = "b:1" }).Should().Equal("b:1");

    [Theory]
    [InlineData("FROM ${BASE}")]
    [InlineData("# syntax=acme/frontend:1\nFROM a")]
    [InlineData("FROM a\nADD https://example.org/file /file")]
    [InlineData("FROM a\nADD git@example.org:acme/shop.git /src")]
    [InlineData("FROM a\nRUN --mount=type=secret,id=npm npm ci")]
    public void A_text_that_leaves_something_open_names_no_images(string text) => new DockerfileText(text).Images(None).Should().BeNull();
}
