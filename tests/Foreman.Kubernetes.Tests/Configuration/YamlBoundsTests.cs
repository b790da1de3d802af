using System.Text;
using YamlDotNet.Core;

namespace Foreman.Kubernetes.Tests;

[Trait("Kind", "2")]
public sealed class YamlBoundsTests
{
    [Theory]
    [InlineData("[", 80_000)]
    [InlineData("{a: ", 40_000)]
    [InlineData("- ", 40_000)]
    [InlineData("? ", 40_000)]
    public void Deep_text_is_refused(string level, int times) =>
        Assert.Throws<YamlException>(() => YamlBounds.Load(string.Concat(Enumerable.Repeat(level, times))));

    [Fact]
    public void Aliases_of_aliases_count_as_what_they_stand_for()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
        {
            bomb.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        var e = Assert.Throws<YamlException>(() => YamlBounds.Load(bomb.ToString()));

        Assert.Contains("values", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: &a [*a]")]
    [InlineData("&a {b: {c: *a}}")]
    public void An_alias_within_what_it_means_is_refused(string yaml) => Assert.Throws<YamlException>(() => YamlBounds.Load(yaml));

    [Fact]
    public void A_text_that_is_too_long_is_refused() =>
        Assert.Throws<YamlException>(() => YamlBounds.Load(new string('#', YamlBounds.MaxCharacters + 1)));

    [Fact]
    public void A_few_aliases_are_taken() =>
        Assert.Equal("""{"a":{"x":1},"b":{"x":1}}""", YamlToJson.Convert("{a: &a {x: 1}, b: *a}").ToJsonString());

    [Fact]
    public void A_number_that_is_too_large_stays_text()
    {
        var digits = new string('2', 400);

        Assert.Equal($$"""{"a":"{{digits}}"}""", YamlToJson.Convert("a: " + digits).ToJsonString());
    }

    [Theory]
    [InlineData("? [a]\n: b")]
    [InlineData("a: 1\n!!str a: 2")]
    public void What_JSON_cannot_say_is_refused(string yaml) => Assert.ThrowsAny<YamlException>(() => YamlToJson.Convert(yaml));

    [Fact]
    public void A_deep_kubeconfig_is_that_files_fault()
    {
        var e = Assert.Throws<KubeConfigException>(() => KubeConfigParser.Parse("clusters: " + new string('[', 80_000), "config"));

        Assert.Contains("more than 100 levels", e.Message, StringComparison.Ordinal);
    }
}
