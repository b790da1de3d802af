namespace Foreman.Jobs.Tests.Naming;

public sealed class LabelValuesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("Team_1.x-y")]
    public void What_can_be_a_label_stays_as_it_is(string text) => Assert.Equal(text, LabelValues.Of(text));

    [Theory]
    [InlineData("j\u00f6rg@example.com")]
    [InlineData("-a-")]
    [InlineData("///")]
    [InlineData("a b\nc")]
    public void J14_What_can_not_is_made_fit_and_hashed(string text)
    {
        var value = LabelValues.Of(text);
        Assert.True(LabelValues.IsValue(value), value);
        Assert.InRange(value.Length, 16, LabelValues.Most);
    }

    [Fact]
    public void J14_A_long_text_is_cut_before_its_hash()
    {
        var value = LabelValues.Of(new string('x', 300));
        Assert.Equal(63, value.Length);
        Assert.StartsWith(new string('x', 46) + "-", value, StringComparison.Ordinal);
    }

    [Fact]
    public void O4_Texts_that_are_made_fit_alike_stay_apart() =>
        Assert.Equal(4, new[] { "a/b", "a:b", "a b", "a-b" }.Select(LabelValues.Of).Distinct().Count());

    [Theory]
    [InlineData("app", true)]
    [InlineData("example.com/app", true)]
    [InlineData("", false)]
    [InlineData("/app", false)]
    [InlineData("Example.com/app", false)]
    [InlineData("a/b/c", false)]
    [InlineData("a b", false)]
    public void Keys_are_names_with_or_without_a_domain(string key, bool isKey) => Assert.Equal(isKey, LabelValues.IsKey(key));
}
