using Foreman.DevCluster.Tables;

namespace Foreman.DevCluster.Tests.Tables;

public sealed class HumanAgeTests
{
    [Theory]
    [InlineData(-5, "<invalid>")]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(330, "5m30s")]
    [InlineData(3600, "60m")]
    [InlineData(4 * 3600, "4h")]
    [InlineData((7 * 3600) + 300, "7h5m")]
    [InlineData(47 * 3600, "47h")]
    [InlineData(50 * 3600, "2d2h")]
    [InlineData(30 * 86400, "30d")]
    [InlineData(800 * 86400, "2y70d")]
    [InlineData(3000 * 86400, "8y")]
    public void Ages_are_shown_as_kubectl_shows_them(int seconds, string shown) => Assert.Equal(shown, HumanAge.Show(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_missing_or_invalid_timestamp_is_shown_as_such() =>
        Assert.Equal(("<unknown>", "<invalid>"), (HumanAge.Of(null, DateTimeOffset.UnixEpoch), HumanAge.Of("x", DateTimeOffset.UnixEpoch)));
}
