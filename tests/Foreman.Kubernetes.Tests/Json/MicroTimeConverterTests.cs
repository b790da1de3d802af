using System.Text.Json;

namespace Foreman.Kubernetes.Tests;

public sealed class MicroTimeConverterTests
{
    [Fact]
    public void Times_of_leases_are_written_in_utc_with_six_digits_and_others_in_whole_seconds()
    {
        var time = new DateTimeOffset(2031, 3, 14, 14, 5, 9, TimeSpan.FromHours(2)).AddTicks(1_234_567);
        var lease = new V1Lease { Metadata = new() { CreationTimestamp = time }, Spec = new() { RenewTime = time } };

        var json = JsonSerializer.Serialize(lease, V1Lease.TypeInfo);

        Assert.Contains("\"renewTime\":\"2031-03-14T12:05:09.123456Z\"", json, StringComparison.Ordinal);
        Assert.Contains("\"creationTimestamp\":\"2031-03-14T12:05:09Z\"", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2031-03-14T12:05:09Z")]
    [InlineData("2031-03-14T12:05:09.000000Z")]
    [InlineData("2031-03-14T14:05:09+02:00")]
    public void Any_form_of_rfc_3339_is_read(string text) => Assert.Equal(
        new DateTimeOffset(2031, 3, 14, 12, 5, 9, TimeSpan.Zero),
        JsonSerializer.Deserialize($$$"""{"spec":{"renewTime":"{{{text}}}"}}""", V1Lease.TypeInfo)!.Spec!.RenewTime);

    [Fact]
    public void What_is_no_time_is_quoted_in_the_error() => Assert.Contains(
        "`yesterday` is not a time",
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("""{"spec":{"renewTime":"yesterday"}}""", V1Lease.TypeInfo)).Message,
        StringComparison.Ordinal);
}
