using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Schema;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Schema;

[Trait("Kind", "14")]
public sealed class SchemaPatternTests
{
    private static bool Matches(string pattern, string text) => SchemaPattern.Compile(pattern, "p").IsMatch(text, new FieldErrors());

    [Theory]
    [InlineData("^[a-z]+$", "abc", true)]
    [InlineData("^[a-z]+$", "abc\n", false)]
    [InlineData("^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|m)?$", "1.5Gi", true)]
    [InlineData("^a\\$", "a$", true)]
    [InlineData("x{2,3}", "xx", true)]
    public void Patterns_match_as_in_the_api_server(string pattern, string text, bool match) => Assert.Equal(match, Matches(pattern, text));

    /// <summary>With backtracking each of these would take longer than the universe is old.</summary>
    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("^(a|aa)+$")]
    [InlineData("(.*)*x$")]
    [InlineData("^(a?){50}a{50}$")]
    public void A_pattern_that_could_backtrack_is_matched_in_linear_time(string pattern) => Assert.False(Matches(pattern, Hostile.Times("a", 100_000) + "!"));

    [Fact]
    public void A_pattern_with_many_states_on_a_long_text_is_refused() =>
        Assert.Equal(413, Assert.Throws<ApiException>(() => Matches("(a|b)*a(a|b){990}c", Hostile.Times("ab", 700_000))).Code);

    /// <summary>RE2 allows a thousand repetitions, nested ones multiplied; braces elsewhere count nothing.</summary>
    [Theory]
    [InlineData("((a{10}){10}){10}")]
    [InlineData("(a{1000})(b{1000})")]
    [InlineData("[{]1001}")]
    [InlineData("\\{1001}")]
    public void Repetitions_within_the_bound_of_the_api_server_are_taken(string pattern) => Assert.Equal(pattern, SchemaPattern.Compile(pattern, "p").Text);

    [Theory]
    [InlineData("(")]
    [InlineData("a(?=b)")]
    [InlineData("(a)\\1")]
    [InlineData("a{1001}")]
    [InlineData("((a{1000}){1000}){1000}")]
    [InlineData("((a{20}){20}){20}")]
    [InlineData("(b(a{100}){2,11})")]
    [InlineData("(a{500}b){3}")]
    [InlineData("a{99999999999}")]
    public void What_can_not_be_matched_in_linear_time_is_no_pattern(string pattern) => Assert.Throws<FormatException>(() => SchemaPattern.Compile(pattern, "p"));
}
