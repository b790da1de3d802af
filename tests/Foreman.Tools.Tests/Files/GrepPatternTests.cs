using Foreman.Tools.Files;

namespace Foreman.Tools.Tests.Files;

/// <summary>A pattern is measured before it is built.</summary>
[Trait("Kind", "3")]
public sealed class GrepPatternTests
{
    [Theory]
    [InlineData("abc", 3, 0)]
    [InlineData("a{3}", 3, 0)]
    [InlineData("a{3,5}b", 6, 0)]
    [InlineData("a{3,}", 4, 0)]
    [InlineData("(ab){10}", 20, 1)]
    [InlineData("((ab){10}c){5}", 105, 2)]
    [InlineData("[a-z]{4}", 4, 0)]
    [InlineData("[]{9}]{2}", 2, 0)]
    [InlineData("[^]({9}]{2}", 2, 0)]
    [InlineData(@"[\]({9}]{2}", 2, 0)]
    [InlineData(@"\({9}", 9, 0)]
    [InlineData(@"\p{Lu}{7}", 7, 0)]
    [InlineData("a{,3}", 4, 0)]
    [InlineData("a{b}", 4, 0)]
    [InlineData("a*b?c+d", 7, 0)]
    [InlineData("a*?b{2}?", 4, 0)]
    [InlineData("((ab)*c)*", 21, 2)]
    [InlineData("(ab){0,4}", 24, 1)]
    [InlineData("a{", 2, 0)]
    [InlineData("(a|b)*a(a|b){990}c", 1988, 1)]
    [InlineData("a{99999999999}", int.MaxValue, 0)]
    public void Its_size_is_that_with_all_repetitions_written_out(string pattern, int size, int depth) => Assert.Equal((size, depth), GrepPattern.Measure(pattern));

    [Theory]
    [InlineData("foo.*bar")]
    [InlineData(@"\b[A-Z][a-z]+(?:[A-Z][a-z]+)*\b")]
    [InlineData(@"(?i)error|warn(ing)?")]
    [InlineData(@"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z")]
    [InlineData(@"^\s*(public|private|internal)\s+(static\s+)?(async\s+)?\w+(<[^>]+>)?\s+\w+\(")]
    [InlineData("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")]
    [InlineData("[0-9a-f]{64}")]
    [InlineData(".{80,120}$")]
    public void An_ordinary_pattern_is_taken(string pattern) => Assert.False(GrepPattern.Of(pattern).IsMatch("?"));

    [Theory]
    [InlineData("(?=x)", "is not valid")]
    [InlineData("(", "is not valid")]
    [InlineData(@"(a)\1", "is not valid")]
    [InlineData("a{401}", "about 401 parts, at most 400 are taken")]
    [InlineData("((a{100}){100}){101}", "more than a million parts")]
    public void What_is_wrong_is_said(string pattern, string told) =>
        Assert.Contains(told, Assert.Throws<ToolArgumentException>(() => GrepPattern.Of(pattern)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_pattern_has_at_most_1000_characters() =>
        Assert.Contains("at most 1000", Assert.Throws<ToolArgumentException>(() => GrepPattern.Of(new string('|', 1001))).Message, StringComparison.Ordinal);
}
