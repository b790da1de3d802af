using System.Globalization;

namespace Foreman.Jobs.Tests.Configuration;

public sealed class QuantitiesTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("500m", "0.5")]
    [InlineData("250u", "0.00025")]
    [InlineData("1.5", "1.5")]
    [InlineData("1.", "1")]
    [InlineData("2k", "2000")]
    [InlineData("10Gi", "10737418240")]
    [InlineData("1e3", "1000")]
    [InlineData("5E-1", "0.5")]
    [InlineData("1E", "1000000000000000000")]
    [InlineData("7Ei", "8070450532247928832")]
    public void A_quantity_is_a_number(string text, string number) =>
        Assert.Equal(decimal.Parse(number, CultureInfo.InvariantCulture), Quantities.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1gi")]
    [InlineData("10 Gi")]
    [InlineData("1e")]
    [InlineData("1e99")]
    [InlineData("8Ei")]
    [InlineData("99999999999999999999999")]
    [InlineData("1.2.3")]
    public void What_is_none_is_told(string text) => Assert.Null(Quantities.Parse(text));
}
