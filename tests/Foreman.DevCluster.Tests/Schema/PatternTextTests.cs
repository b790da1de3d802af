using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Tests.Schema;

[Trait("Kind", "14")]
public sealed class PatternTextTests
{
    [Theory]
    [InlineData("^a$", "^a\\z")]
    [InlineData("(a|$)b", "(a|\\z)b")]
    [InlineData("a\\$", "a\\$")]
    [InlineData("[$]", "[$]")]
    [InlineData("(?m)a$", "(?m)a$")]
    [InlineData("(?i)a$", "(?i)a\\z")]
    [InlineData("\\d+", "[0-9]+")]
    [InlineData("\\W", "[^0-9A-Za-z_]")]
    [InlineData("[\\w.-]", "[0-9A-Za-z_.-]")]
    [InlineData("[\\S]", "[\\S]")]
    [InlineData("[]a]", "[]a]")]
    [InlineData("[^]a]$", "[^]a]\\z")]
    [InlineData("[[a]", "[\\[a]")]
    [InlineData("\\\\d", "\\\\d")]
    [InlineData("a\\", "a\\")]
    [InlineData("[", "[")]
    [InlineData("[^", "[^")]
    public void What_RE2_reads_otherwise_is_written_otherwise(string pattern, string text) => Assert.Equal(text, PatternText.ToNet(pattern));

    [Fact]
    public void Named_classes_are_refused() => Assert.Throws<ArgumentException>(() => PatternText.ToNet("[[:alpha:]]"));
}
