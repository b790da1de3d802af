using Foreman.UserDeployments.Templates;

namespace Foreman.UserDeployments.Tests.Templates;

public sealed class PlaceholdersTests
{
    private static readonly Dictionary<string, string> Parameters = new() { ["x"] = "1", ["again"] = "${config.y}", ["long"] = new('a', 20_000) };
    private static readonly Dictionary<string, string> Config = new() { ["y"] = "two\nlines: [\"" };

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a ${param.x} b", "a 1 b")]
    [InlineData("${param.x}${param.x}", "11")]
    [InlineData("${config.y}", "two\nlines: [\"")]
    [InlineData("${param.again}", "${config.y}")]
    [InlineData("$${param.x}", "${param.x}")]
    [InlineData("${HOME} $${HOME} $$ $ ${", "${HOME} $${HOME} $$ $ ${")]
    public void Values_are_put_in_as_they_are(string text, string replaced)
    {
        var told = new List<string>();

        Assert.Equal(replaced, new Placeholders(Parameters, Config).Replace(text, told.Add));
        Assert.Empty(told);
    }

    [Theory]
    [InlineData("${param.z}", "${param.z} has no value")]
    [InlineData("${config.x}", "${config.x} has no value")]
    [InlineData("${param.x", "${param. has no closing brace; write $${param. where the text itself is meant")]
    [InlineData("${param.long}${param.long}", "it is longer than 32768 characters with its values")]
    public void What_has_no_value_refuses_the_text(string text, string fault)
    {
        var told = new List<string>();

        Assert.Null(new Placeholders(Parameters, Config).Replace(text, told.Add));
        Assert.Equal([fault], told);
    }

    [Fact]
    public void All_texts_together_have_a_bound()
    {
        var told = new List<string>();
        var placeholders = new Placeholders(Parameters, Config);

        var kept = Enumerable.Range(0, 100).Count(_ => placeholders.Replace("${param.long}", told.Add) is not null);

        // 52 × 20,000 is the last that fits into 1 MiB.
        Assert.Equal(52, kept);
        Assert.Equal(["all texts together are longer than 1048576 characters with their values"], told);
    }
}
