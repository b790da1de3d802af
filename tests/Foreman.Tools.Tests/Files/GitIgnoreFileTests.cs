using System.Text;
using Foreman.Tools.Files;

namespace Foreman.Tools.Tests.Files;

public sealed class GitIgnoreFileTests
{
    [Theory]
    [InlineData("*.o", "a/b.o", false, true)]
    [InlineData("*.o", "a/b.c", false, null)]
    [InlineData("/build", "build", true, true)]
    [InlineData("/build", "a/build", true, null)]
    [InlineData("build/", "a/build", true, true)]
    [InlineData("build/", "a/build", false, null)]
    [InlineData("a/*.c", "a/x.c", false, true)]
    [InlineData("a/*.c", "a/b/x.c", false, null)]
    [InlineData("a/**/x", "a/x", false, true)]
    [InlineData("a/**/x", "a/b/c/x", false, true)]
    [InlineData("**/x", "q/x", false, true)]
    [InlineData("a/**", "a/b/c", false, true)]
    [InlineData("*.log\n!keep.log", "keep.log", false, false)]
    [InlineData("# no pattern", "# no pattern", false, null)]
    [InlineData("\\#x", "#x", false, true)]
    [InlineData("x \r\n", "x", false, true)]
    [InlineData("x\\ ", "x ", false, true)]
    [InlineData("[a-c]?.t", "bz.t", false, true)]
    [InlineData("[!a-c]?.t", "bz.t", false, null)]
    [InlineData("[[:digit:]]x", "7x", false, true)]
    [InlineData("[", "[", false, null)]
    [InlineData("/", "a", true, null)]
    public void Patterns_mean_what_they_mean_to_git(string file, string path, bool isDirectory, bool? expected) => Assert.Equal(
        expected, GitIgnoreFile.Parse(Encoding.UTF8.GetBytes(file)).Ignores(Encoding.UTF8.GetBytes(path), isDirectory, ToolHarness.Unlimited));

    [Fact]
    public void A_pattern_made_to_backtrack_is_decided_soon()
    {
        var pattern = string.Concat(Enumerable.Repeat("*a", 120)) + "b";

        Assert.Null(GitIgnoreFile.Parse(Encoding.UTF8.GetBytes("?" + pattern)).Ignores(Encoding.UTF8.GetBytes(new string('a', 250)), false, ToolHarness.Unlimited));
    }
}
