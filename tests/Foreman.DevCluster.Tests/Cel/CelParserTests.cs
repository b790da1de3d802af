using Foreman.DevCluster.Cel;
using Foreman.DevCluster.Tests.Support;

namespace Foreman.DevCluster.Tests.Cel;

/// <summary>What is no expression is told with its place.</summary>
[Trait("Kind", "14")]
public sealed class CelParserTests
{
    [Theory]
    [InlineData("", "Syntax error: mismatched input '<EOF>'")]
    [InlineData("  // nothing", "Syntax error: mismatched input '<EOF>'")]
    [InlineData("1 +", "Syntax error: mismatched input '<EOF>'")]
    [InlineData("1 2", "Syntax error: mismatched input '2'")]
    [InlineData("(1", "Syntax error: mismatched input '<EOF>'")]
    [InlineData("1)", "Syntax error: mismatched input ')'")]
    [InlineData("[1", "Syntax error: mismatched input '<EOF>'")]
    [InlineData("[,]", "Syntax error: mismatched input ','")]
    [InlineData("{1}", "Syntax error: mismatched input '}'")]
    [InlineData("{'a': }", "Syntax error: mismatched input '}'")]
    [InlineData("a.", "Syntax error: mismatched input '<EOF>'")]
    [InlineData("a.in", "Syntax error: mismatched input 'in'")]
    [InlineData("a.true", "Syntax error: mismatched input 'true'")]
    [InlineData("a.?b", "Syntax error: mismatched input '?'")]
    [InlineData("a[?0]", "Syntax error: mismatched input '?'")]
    [InlineData("in", "Syntax error: mismatched input 'in'")]
    [InlineData("true ? 1", "Syntax error: mismatched input '<EOF>'")]
    [InlineData("true ? true ? 1 : 2 : 3", "Syntax error: mismatched input '?'")]
    [InlineData("size(1,)", "Syntax error: mismatched input ')'")]
    [InlineData("1abc", "Syntax error: mismatched input 'abc'")]
    [InlineData("1.", "Syntax error: mismatched input '<EOF>'")]
    [InlineData("!-1", "Syntax error: mismatched input '-'")]
    [InlineData("a = 1", "Syntax error: token recognition error at: '='")]
    [InlineData("a & b", "Syntax error: token recognition error at: '&'")]
    [InlineData("`a`", "Syntax error: token recognition error at: '`'")]
    [InlineData("'a", "Syntax error: token recognition error at: '''")]
    [InlineData("'a\n'", "Syntax error: token recognition error at: '''")]
    [InlineData("'''a'", "Syntax error: token recognition error at: '''")]
    [InlineData("r'a\\'b'", "Syntax error: token recognition error at: '''")]
    [InlineData("'\\q'", "unable to unescape string")]
    [InlineData("'\\x4'", "unable to unescape string")]
    [InlineData("'\\u12'", "unable to unescape string")]
    [InlineData("'\\ud83d'", "unable to unescape string: illegal Unicode code point")]
    [InlineData("'\\U00110000'", "unable to unescape string: illegal Unicode code point")]
    [InlineData("'\\400'", "unable to unescape string")]
    [InlineData("'\\08'", "unable to unescape string")]
    [InlineData("b'\\u0041'", "unable to unescape string")]
    [InlineData("9223372036854775808", "invalid int literal")]
    [InlineData("-9223372036854775809", "invalid int literal")]
    [InlineData("18446744073709551616u", "invalid uint literal")]
    [InlineData("1e999", "invalid double literal")]
    [InlineData("for", "reserved identifier: for")]
    [InlineData("package.a", "reserved identifier: package")]
    [InlineData("has(self)", "invalid argument to has() macro")]
    [InlineData("has(self.list[0])", "invalid argument to has() macro")]
    [InlineData("[1].all(x.y, true)", "argument must be a simple name")]
    [InlineData("[1].map(1, true)", "argument must be a simple name")]
    [InlineData("Thing{a: 1}", "messages are not supported: 'Thing{}'")]
    [InlineData("a.b.Thing{}", "messages are not supported: 'Thing{}'")]
    public void What_is_no_expression_is_refused(string text, string fault) => Assert.Equal(fault, Assert.Throws<CelException>(() => CelParser.Parse(text)).Fault);

    [Fact]
    public void A_fault_shows_its_line_and_place() =>
        Assert.Equal("ERROR: <input>:2:6: undefined field 'nothing'\n | \tself.nothing > 0".Replace('\t', ' ') + "\n | .....^", Assert.Throws<CelException>(() => CelProgram.Compile("true &&\n\tself.nothing > 0", Expressions.Types)).Message);

    [Fact]
    public void Nesting_is_bounded_wherever_it_comes_from()
    {
        foreach (var (open, inner, close) in new[] { ("(", "1", ")"), ("[", "1", "]"), ("-(", "1", ")"), ("{1: ", "1", "}"), ("true ? 1 : ", "1", ""), ("[1].map(x, ", "1", ")"), ("size(", "[1]", ")"), ("", "1", " + 1"), ("", "[1]", "[0]"), ("", "a", ".b") })
        {
            string Nested(int times) => Hostile.Times(open.Length == 0 ? " " : open, times) + inner + Hostile.Times(close.Length == 0 ? " " : close, times);
            Assert.NotNull(CelParser.Parse(Nested(32)));
            Assert.Equal("expression recursion limit exceeded: 250", Assert.Throws<CelException>(() => CelParser.Parse(Nested(2_000))).Fault);
        }
    }

    [Fact]
    public void Rows_of_logical_operators_may_be_long()
    {
        Assert.Equal("true", Expressions.Evaluate("false" + Hostile.Times(" || false", 5_000) + " || true"));
        Assert.Equal("false", Expressions.Evaluate("true" + Hostile.Times(" && true", 5_000) + " && false"));
        Assert.Equal("true", Expressions.Evaluate(Hostile.Times("!", 10_000) + "true"));
    }

    [Fact]
    public void The_length_is_bounded() =>
        Assert.Equal("expression code point size exceeds limit: size: 100001, limit 100000", Assert.Throws<CelException>(() => CelParser.Parse(Hostile.Times(" ", 100_000) + "1")).Fault);
}
