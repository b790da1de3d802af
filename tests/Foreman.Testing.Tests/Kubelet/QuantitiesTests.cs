using Foreman.Testing.Kubelet;

namespace Foreman.Testing.Tests.Kubelet;

[Trait("Kind", "15")]
public sealed class QuantitiesTests
{
    [Theory]
    [InlineData("1Mi", 1_048_576)]
    [InlineData("1500m", 2)]
    [InlineData("2k", 2_000)]
    [InlineData("0.5Gi", 536_870_912)]
    [InlineData("1e3", 1_000)]
    [InlineData("7", 7)]
    public void A_quantity_is_read_in_whole_units(string text, long expected) => Assert.Equal(expected, Quantities.Whole(text));

    [Fact]
    public void What_is_no_quantity_is_refused() => Assert.Throws<FormatException>(() => Quantities.Parse("much"));
}
