namespace Foreman.Kubernetes.Tests;

public sealed class ResourceVersionsTests
{
    [Theory]
    [InlineData("9", "10", true)]
    [InlineData("10", "9", false)]
    [InlineData("10", "10", false)]
    [InlineData("18446744073709551616", "18446744073709551617", true)]
    [InlineData("abc", "10", false)]
    [InlineData(null, "10", false)]
    [InlineData("10", null, false)]
    public void Versions_are_compared_as_numbers_of_any_length(string? version, string? other, bool older) =>
        Assert.Equal(older, ResourceVersions.IsOlder(version, other));
}
